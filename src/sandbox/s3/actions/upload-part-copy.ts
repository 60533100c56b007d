import { UploadPartCopy$, type UploadPartCopyCommandInput, type UploadPartCopyCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { commitPart } from "../commit-part.ts";
import { openCopySource } from "../copy-source.ts";
import { copyBytes } from "../copy-bytes.ts";
import { quoted } from "../etag.ts";
import { checkPartNumber, findUpload } from "../find-upload.ts";
import { checkKey, encryptionMembers } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";
import { rangeOf } from "../range.ts";

export const uploadPartCopy = action(UploadPartCopy$, async (input: UploadPartCopyCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const number = checkPartNumber(input.PartNumber);
  const bucket = openBucket(ctx, input, { permission: "PutObject", key });
  const upload = findUpload(bucket, key, input.UploadId);
  const source = openCopySource(ctx, input);
  const range = rangeOf(input.CopySourceRange, source.version.sizeBytes);
  const received = await copyBytes(bucket, source, upload.record.checksumAlgorithm, range);
  const part = await commitPart(ctx, bucket, upload, number, received);
  return {
    CopySourceVersionId: source.versionId,
    CopyPartResult: {
      ETag: quoted(part.etag),
      LastModified: new Date(part.lastModified),
      ...checksumMembers(part.checksum),
    },
    ...encryptionMembers(upload.record.facts.encryption),
  } satisfies Partial<ActionOutput<UploadPartCopyCommandOutput>>;
});
