import { UploadPart$, type UploadPartCommandInput, type UploadPartCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { commitPart } from "../commit-part.ts";
import { quoted } from "../etag.ts";
import { checkPartNumber, findUpload } from "../find-upload.ts";
import { checkKey, encryptionMembers } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";
import { receive } from "../receive.ts";

export const uploadPart = action(UploadPart$, async (input: UploadPartCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const number = checkPartNumber(input.PartNumber);
  const bucket = openBucket(ctx, input, { permission: "PutObject", key });
  const upload = findUpload(bucket, key, input.UploadId);
  const received = await receive(ctx, bucket, input, upload.record.checksumAlgorithm);
  const { etag, checksum } = await commitPart(ctx, bucket, upload, number, received);
  return {
    ETag: quoted(etag),
    ...checksumMembers(checksum),
    ...encryptionMembers(upload.record.facts.encryption),
  } satisfies Partial<ActionOutput<UploadPartCommandOutput>>;
});
