import type { S3Client } from "@aws-sdk/client-s3";
import { isAwsError } from "../translate-error.ts";

/** Unfinished multipart uploads do not show in a listing, cost like objects, and keep a bucket from being deleted. */
export async function abortUploads(
  s3: S3Client,
  place: { readonly Bucket: string; readonly Prefix?: string },
): Promise<void> {
  const { AbortMultipartUploadCommand, ListMultipartUploadsCommand } = await import("@aws-sdk/client-s3");
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (let isTruncated = true; isTruncated;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ ...place, ...marker }));
    for (const { Key, UploadId } of page.Uploads ?? []) {
      try {
        await s3.send(new AbortMultipartUploadCommand({ Bucket: place.Bucket, Key, UploadId }));
      } catch (error) {
        if (!isAwsError(error, "NoSuchUpload")) throw error;
      }
    }
    isTruncated = page.IsTruncated === true;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
