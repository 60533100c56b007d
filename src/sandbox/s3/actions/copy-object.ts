import { CopyObject$, type CopyObjectCommandInput, type CopyObjectCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionContext, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { isChecksumName } from "../checksums.ts";
import { writeCondition } from "../conditions.ts";
import { copyBytes } from "../copy-bytes.ts";
import { openCopySource, type CopySource } from "../copy-source.ts";
import { quoted } from "../etag.ts";
import { invalidRequest } from "../errors.ts";
import { versionIdOf } from "../find-version.ts";
import { checkKey, encryptionMembers, factsOf } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";
import type { Bucket } from "../store/bucket.ts";
import type { ObjectFacts } from "../store/records.ts";

export const copyObject = action(CopyObject$, async (input: CopyObjectCommandInput, ctx: ActionContext) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input, { permission: "PutObject", key });
  const source = openCopySource(ctx, input);
  const facts = copiedFacts(input, bucket, source);
  const wanted = input.ChecksumAlgorithm ?? source.version.checksum?.algorithm ?? "";
  const algorithm = isChecksumName(wanted) ? wanted : undefined;
  const { blob, etag, checksum } = await copyBytes(bucket, source, algorithm);
  const contents = { blobs: [blob], sizeBytes: blob.sizeBytes, etag, checksum };
  const version = await bucket.put(key, facts, contents, writeCondition(key, input));
  return {
    CopyObjectResult: {
      ETag: quoted(etag),
      LastModified: new Date(version.lastModified),
      ...checksumMembers(checksum),
      ChecksumType: checksum?.type,
    },
    CopySourceVersionId: source.versionId,
    VersionId: versionIdOf(bucket, version),
    ...encryptionMembers(facts.encryption),
  } satisfies Partial<ActionOutput<CopyObjectCommandOutput>>;
});

/** Headers and metadata come from the source or from the request, as the directive says, and so do tags. */
function copiedFacts(input: CopyObjectCommandInput, bucket: Bucket, source: CopySource): ObjectFacts {
  const replaces = input.MetadataDirective === "REPLACE";
  const requested = factsOf(input, bucket);
  const { version } = source;
  const changes =
    replaces ||
    input.TaggingDirective === "REPLACE" ||
    input.StorageClass !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.WebsiteRedirectLocation !== undefined;
  if (source.bucket === bucket && version.key === input.Key && !input.CopySource?.includes("versionId=") && !changes) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  return {
    ...requested,
    headers: replaces
      ? requested.headers
      : { ...version.headers, websiteRedirectLocation: requested.headers.websiteRedirectLocation },
    metadata: replaces ? requested.metadata : version.metadata,
    tags: input.TaggingDirective === "REPLACE" ? requested.tags : version.tags,
  };
}
