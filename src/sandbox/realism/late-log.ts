import { createHash } from "node:crypto";
import { factsOf } from "../s3/object-facts.ts";
import type { World } from "../world.ts";

/** A line of a log that was on its way when the bucket was emptied: it is there although nobody writes any more. */
export async function writeLateLog(world: World, bucketName: string): Promise<boolean> {
  const bucket = world.s3.find(bucketName);
  // In a bucket that is not empty it would change nothing.
  if (!bucket?.isEmpty) return false;
  const bytes = Buffer.from("a line that was on its way\n");
  const blob = await bucket.blobs.write(
    oneOf(bytes),
    () => {},
    () => {},
  );
  const etag = createHash("md5").update(bytes).digest("hex");
  const contents = { blobs: [blob], sizeBytes: blob.sizeBytes, etag };
  // A host's, or load balancing's in a bucket for access logs.
  const key = bucketName.endsWith("-logs") ? "alb/AWSLogs/late.log.gz" : "logs/late/puma.log";
  await bucket.put(key, factsOf({}, bucket), contents, () => {});
  return true;
}

async function* oneOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
