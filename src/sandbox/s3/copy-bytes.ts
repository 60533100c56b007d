import { hasherOf, type ChecksumName } from "./checksums.ts";
import type { CopySource } from "./copy-source.ts";
import type { ByteRange } from "./range.ts";
import type { Received } from "./receive.ts";
import type { Bucket } from "./store/bucket.ts";

/** Copies a version's bytes, or a range of them, into a bucket; nothing refers to the copy yet. */
export async function copyBytes(
  bucket: Bucket,
  { bucket: from, version }: CopySource,
  algorithm: ChecksumName | undefined,
  range: ByteRange = { start: 0, length: version.sizeBytes },
): Promise<Received> {
  const md5 = hasherOf("MD5");
  const hasher = algorithm && hasherOf(algorithm);
  const blob = await bucket.blobs.write(
    from.blobs.read(version.blobs, range.start, range.length),
    (piece) => {
      md5.update(piece);
      hasher?.update(piece);
    },
    () => {},
  );
  const etag = md5.digest().toString("hex");
  if (!algorithm || !hasher) return { blob, etag };
  return { blob, etag, checksum: { algorithm, value: hasher.digest().toString("base64"), type: "FULL_OBJECT" } };
}
