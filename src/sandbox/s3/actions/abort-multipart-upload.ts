import { AbortMultipartUpload$, type AbortMultipartUploadCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { findUpload } from "../find-upload.ts";
import { checkKey } from "../object-facts.ts";

export const abortMultipartUpload = action(
  AbortMultipartUpload$,
  async (input: AbortMultipartUploadCommandInput, ctx) => {
    const key = checkKey(input.Key);
    const bucket = openBucket(ctx, input, { permission: "AbortMultipartUpload", key });
    await bucket.uploads.lock.run(input.UploadId ?? "", async () => {
      const upload = findUpload(bucket, key, input.UploadId);
      await bucket.uploads.remove(upload);
      await bucket.blobs.remove([...upload.parts.values()].map(({ blob }) => blob));
    });
    return {};
  },
);
