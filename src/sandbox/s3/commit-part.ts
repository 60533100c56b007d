import type { ActionContext } from "../wire/action.ts";
import { noSuchUpload } from "./errors.ts";
import type { Received } from "./receive.ts";
import type { Bucket } from "./store/bucket.ts";
import type { PartRecord } from "./store/records.ts";
import type { Upload } from "./store/upload-store.ts";

/** Adds bytes that are on disk to an upload, unless it was completed or aborted while they came in. */
export function commitPart(
  ctx: ActionContext,
  bucket: Bucket,
  upload: Upload,
  number: number,
  { blob, etag, checksum }: Received,
): Promise<PartRecord> {
  const { uploadId } = upload.record;
  return bucket.uploads.lock.run(uploadId, async () => {
    const part = { number, blob, etag, checksum, lastModified: ctx.world.now().toISOString() };
    try {
      if (bucket.uploads.find(uploadId) !== upload) throw noSuchUpload(uploadId);
      const replaced = await bucket.uploads.putPart(upload, part);
      if (replaced) await bucket.blobs.remove([replaced.blob]);
    } catch (error) {
      if (upload.parts.get(number) !== part) await bucket.blobs.remove([blob]);
      throw error;
    }
    return part;
  });
}
