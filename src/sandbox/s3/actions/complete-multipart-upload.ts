import {
  CompleteMultipartUpload$,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { assemble } from "../assemble.ts";
import { writeCondition } from "../conditions.ts";
import { quoted } from "../etag.ts";
import { noSuchUpload } from "../errors.ts";
import { findUpload } from "../find-upload.ts";
import { versionIdOf } from "../find-version.ts";
import { checkKey, encryptionMembers } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";
import type { Bucket } from "../store/bucket.ts";
import type { ObjectVersion } from "../store/records.ts";

export const completeMultipartUpload = action(
  CompleteMultipartUpload$,
  async (input: CompleteMultipartUploadCommandInput, ctx) => {
    const key = checkKey(input.Key);
    const bucket = openBucket(ctx, input, { permission: "PutObject", key });
    const check = writeCondition(key, input);
    const uploadId = input.UploadId ?? "";
    const version = await bucket.uploads.lock.run(uploadId, async () => {
      // A client that lost the answer asks again.
      const made = completedBy(bucket, key, uploadId);
      if (made) return made;
      const upload = findUpload(bucket, key, uploadId);
      return bucket.complete(upload, await assemble(bucket, upload, input), check);
    });
    const { host = "" } = ctx.request.headers;
    return {
      Location: `http://${host}/${bucket.config.name}/${encodeURIComponent(key).replaceAll("%2F", "/")}`,
      Bucket: bucket.config.name,
      Key: key,
      ETag: quoted(version.etag),
      VersionId: versionIdOf(bucket, version),
      ...checksumMembers(version.checksum),
      ChecksumType: version.checksum?.type,
      ...encryptionMembers(version.encryption),
    } satisfies Partial<ActionOutput<CompleteMultipartUploadCommandOutput>>;
  },
);

function completedBy(bucket: Bucket, key: string, uploadId: string): ObjectVersion | undefined {
  if (uploadId === "") throw noSuchUpload(uploadId);
  for (const record of bucket.index.versionsOf(key)) {
    if (!record.deleteMarker && record.uploadId === uploadId) return record;
  }
  return undefined;
}
