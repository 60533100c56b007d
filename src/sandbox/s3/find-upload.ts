import { noSuchUpload, invalidArgument } from "./errors.ts";
import type { Bucket } from "./store/bucket.ts";
import type { Upload } from "./store/upload-store.ts";

const maximumPartNumber = 10_000;

export function findUpload(bucket: Bucket, key: string, uploadId: string | undefined): Upload {
  const upload = bucket.uploads.find(uploadId ?? "");
  if (!upload || upload.record.key !== key) throw noSuchUpload(uploadId ?? "");
  return upload;
}

export function checkPartNumber(number: number | undefined): number {
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= maximumPartNumber) return number;
  const message = `Part number must be an integer between 1 and ${maximumPartNumber}, inclusive`;
  throw invalidArgument(message, "partNumber", String(number));
}
