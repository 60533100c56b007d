import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { createS3Store } from "../../../src/sandbox/s3/store.ts";

/**
 * A process that writes to the store until it is killed, and says on stdout what was acknowledged: "key md5 number".
 * It writes the same few keys over and over, so that replaced bytes are removed beside new ones being written.
 */
const [, , home = "", first = "0"] = process.argv;
const store = createS3Store(home);
const { bucket } = await store.create("durable", "ap-northeast-1");
const facts = { headers: {}, tags: [], encryption: { algorithm: "AES256" } };

async function writeForever(worker: number): Promise<never> {
  for (let i = Number(first); ; i++) {
    const key = `worker-${worker}/${i % 5}`;
    const bytes = randomBytes(1 + ((i * 7919) % 40_000));
    const etag = createHash("md5").update(bytes).digest("hex");
    const blob = await bucket.blobs.write(
      Readable.from([bytes]),
      () => {},
      () => {},
    );
    await bucket.put(
      key,
      { ...facts, metadata: { number: `${i}` } },
      { blobs: [blob], sizeBytes: blob.sizeBytes, etag },
      () => {},
    );
    process.stdout.write(`${key} ${etag} ${i}\n`);
  }
}

await Promise.all([0, 1, 2].map(writeForever));
