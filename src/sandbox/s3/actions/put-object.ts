import { PutObject$, type PutObjectCommandInput, type PutObjectCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket, type Need } from "../access.ts";
import { writeCondition } from "../conditions.ts";
import { quoted } from "../etag.ts";
import { versionIdOf } from "../find-version.ts";
import { checkKey, encryptionMembers, factsOf } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";
import { receive } from "../receive.ts";

export const putObject = action(PutObject$, async (input: PutObjectCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const context = {
    "s3:x-amz-server-side-encryption": input.ServerSideEncryption,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": input.SSEKMSKeyId,
    "s3:x-amz-storage-class": input.StorageClass,
    "s3:x-amz-acl": input.ACL,
  };
  const needs: Need[] = [{ permission: "PutObject", key, context }];
  if (input.Tagging !== undefined) needs.push({ permission: "PutObjectTagging", key });
  const bucket = openBucket(ctx, input, ...needs);
  const facts = factsOf(input, bucket);
  const check = writeCondition(key, input);
  // Refused before the bytes are taken in where that is known already, and asked again when they are to count.
  check(bucket.index.latest(key));
  const { blob, etag, checksum } = await receive(ctx, bucket, input);
  const version = await bucket.put(key, facts, { blobs: [blob], sizeBytes: blob.sizeBytes, etag, checksum }, check);
  return {
    ETag: quoted(etag),
    VersionId: bucket.config.versioning === "Enabled" ? versionIdOf(bucket, version) : undefined,
    ...encryptionMembers(facts.encryption),
    ...checksumMembers(checksum),
    ChecksumType: checksum?.type,
  } satisfies Partial<ActionOutput<PutObjectCommandOutput>>;
});
