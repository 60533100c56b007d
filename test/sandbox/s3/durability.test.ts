import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { createS3Store } from "../../../src/sandbox/s3/store.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { inTokyo, startS3 } from "./s3-sandbox.ts";

const Bucket = "durable";

/** The writer as one file that plain Node runs. */
async function bundleWriter(directory: string): Promise<string> {
  const bundle = await rolldown({
    input: join(import.meta.dirname, "writer.ts"),
    platform: "node",
    logLevel: "silent",
  });
  const file = join(directory, "writer.mjs");
  await bundle.write({ file, format: "esm" });
  await bundle.close();
  return file;
}

interface Acknowledged {
  readonly etag: string;
  /** Grows with every write to a key. */
  readonly number: number;
}

/** Lets the writer run until it said so many times that something is safe, kills it, and returns its last word per key. */
async function writeAndKill(
  program: string,
  home: string,
  first: number,
  acknowledgements: number,
): Promise<Map<string, Acknowledged>> {
  const writer = spawn(process.execPath, [program, home, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged = new Map<string, Acknowledged>();
  let text = "";
  let count = 0;
  writer.stdout.setEncoding("utf8").on("data", (part: string) => {
    const lines = (text + part).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const [key = "", etag = "", number = ""] = line.split(" ");
      acknowledged.set(key, { etag, number: Number(number) });
      if (++count === acknowledgements) writer.kill("SIGKILL");
    }
  });
  const signal = await new Promise((resolve) => writer.once("close", (_code, signal) => resolve(signal)));
  expect(signal).toBe("SIGKILL");
  return acknowledged;
}

test("what was acknowledged is whole after kill -9, and nothing half-made is left", { timeout: 60_000 }, async () => {
  const program = await bundleWriter(temporaryDirectory());
  const home = temporaryDirectory();
  const last = new Map<string, Acknowledged>();
  for (let round = 0; round < 10; round++) {
    const acknowledged = await writeAndKill(program, home, round * 100_000, 20 + round * 7);
    for (const [key, value] of acknowledged) last.set(key, value);
    const bucket = createS3Store(home).find(Bucket);
    if (!bucket) throw new Error("the bucket is gone");
    for (const [key, { etag, number }] of last) {
      const record = bucket.index.latest(key);
      if (!record || record.deleteMarker) throw new Error(`${key} was acknowledged and is gone`);
      const bytes = await buffer(bucket.blobs.read(record.blobs, 0, record.sizeBytes));
      expect(bytes.length).toBe(record.sizeBytes);
      expect(createHash("md5").update(bytes).digest("hex")).toBe(record.etag);
      // A later write may have become durable just before the kill, without its acknowledgement; an earlier one may not.
      const found = Number(record.metadata.number);
      expect(found).toBeGreaterThanOrEqual(number);
      if (found === number) expect(record.etag).toBe(etag);
    }
    const blobs = readdirSync(join(home, "s3", "buckets", Bucket, "blobs"));
    expect(blobs).toHaveLength(bucket.index.keys.length);
    const records = readdirSync(join(home, "s3", "buckets", Bucket, "records"));
    expect(records.filter((name) => name.startsWith("."))).toEqual([]);
  }
  expect(last.size).toBe(15);
});

test("a restart finds objects, versions' order, uploads with their parts, and removes leftovers", async () => {
  const { s3, sandbox } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "old" }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new" }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
  const Body = randomBytes(1000);
  const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: "big", UploadId, PartNumber: 1, Body }));
  const folder = join(sandbox.home, "s3", "buckets", Bucket);
  expect(readdirSync(join(folder, "blobs"))).toHaveLength(2);
  writeFileSync(join(folder, "blobs", "0".repeat(32)), "half an upload");
  writeFileSync(join(folder, "records", ".tmp-0123"), "{");

  const again = (await startS3(sandbox.home)).s3;
  expect(readdirSync(join(folder, "blobs"))).toHaveLength(2);
  expect(readdirSync(join(folder, "records"))).toHaveLength(1);
  const got = await again.send(new GetObjectCommand({ Bucket, Key: "k" }));
  expect(await got.Body!.transformToString()).toBe("new");
  const parts = await again.send(new ListPartsCommand({ Bucket, Key: "big", UploadId }));
  expect(parts.Parts).toMatchObject([{ PartNumber: 1, ETag, Size: 1000 }]);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await again.send(new CompleteMultipartUploadCommand({ Bucket, Key: "big", UploadId, MultipartUpload }));
  const third = (await startS3(sandbox.home)).s3;
  const big = await third.send(new GetObjectCommand({ Bucket, Key: "big" }));
  expect(Buffer.from(await big.Body!.transformToByteArray())).toEqual(Body);
});

test("an upload that breaks off leaves nothing", async () => {
  const { s3, sandbox } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  const controller = new AbortController();
  async function* broken(): AsyncGenerator<Buffer> {
    yield randomBytes(100_000);
    controller.abort();
    yield randomBytes(100_000);
  }
  const put = new PutObjectCommand({ Bucket, Key: "k", Body: Readable.from(broken()), ContentLength: 1_000_000 });
  await expect(s3.send(put, { abortSignal: controller.signal })).rejects.toThrow();
  const blobs = join(sandbox.home, "s3", "buckets", Bucket, "blobs");
  await expect.poll(() => readdirSync(blobs), { timeout: 5000 }).toEqual([]);
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

test("a reader gets the whole old object while it is replaced, also the parts it has not come to yet", async () => {
  const { s3, sandbox } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
  // More than the sockets between client and server hold.
  const bytes = randomBytes(16 * 1024 * 1024);
  const Parts = [];
  for (const PartNumber of [1, 2]) {
    const Body = PartNumber === 1 ? bytes : bytes.subarray(0, 1000);
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: "k", UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "k", UploadId, MultipartUpload: { Parts } }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k" }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new" }));
  const read = Buffer.from(await got.Body!.transformToByteArray());
  expect(read.equals(Buffer.concat([bytes, bytes.subarray(0, 1000)]))).toBe(true);
  const blobs = join(sandbox.home, "s3", "buckets", Bucket, "blobs");
  await expect.poll(() => readdirSync(blobs).length).toBe(1);
});
