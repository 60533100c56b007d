import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { errorOf, inTokyo, startS3, type S3Sandbox } from "./s3-sandbox.ts";

const run = promisify(execFile);
const Bucket = "clients-of-the-test";

async function start(): Promise<S3Sandbox> {
  const sandbox = await startS3();
  await sandbox.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  return sandbox;
}

/** Debian's AWS CLI: another implementation of the protocol than ours and the SDK's. */
function awscli({ sandbox }: S3Sandbox): (...args: string[]) => Promise<string> {
  const { credentials, region, endpoint } = sandbox.clientConfig();
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    LC_ALL: "C.UTF-8",
  };
  return async (...args) => (await run("aws", ["--endpoint-url", endpoint, ...args], { env })).stdout;
}

test("64 MiB stream in and out in constant memory", { timeout: 60_000 }, async () => {
  const { s3 } = await start();
  const piece = randomBytes(1024 * 1024);
  const count = 64;
  let peak = 0;
  const hash = createHash("md5");
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let i = 0; i < count; i++) {
      hash.update(piece);
      peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      yield piece;
    }
  }
  const before = process.memoryUsage().arrayBuffers;
  const Body = Readable.from(pieces(), { highWaterMark: 1 });
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: "big", Body, ContentLength: count * piece.length }));
  expect(put.ETag).toBe(`"${hash.digest("hex")}"`);
  expect(put.ChecksumCRC32).toBeDefined();
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "big", ChecksumMode: "ENABLED" }));
  const back = createHash("md5");
  for await (const part of got.Body as AsyncIterable<Buffer>) {
    back.update(part);
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }
  expect(`"${back.digest("hex")}"`).toBe(put.ETag);
  // Client and server share this process: what either held would show.
  expect(peak - before).toBeLessThan(40 * 1024 * 1024);
});

test("presigned URLs work for what they were signed for, and for nothing else", async () => {
  const { s3 } = await start();
  const Key = "a b/日本 +.txt";
  const putUrl = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
  const put = await fetch(putUrl, { method: "PUT", body: "presigned" });
  expect(put.status).toBe(200);
  const getUrl = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key, ResponseContentType: "text/x" }), {
    expiresIn: 60,
  });
  const got = await fetch(getUrl);
  expect([got.status, got.headers.get("content-type"), await got.text()]).toEqual([200, "text/x", "presigned"]);
  expect((await fetch(getUrl, { headers: { range: "bytes=0-2" } })).status).toBe(206);
  expect((await fetch(getUrl.replace(".txt", ".png"))).status).toBe(403);
  expect((await fetch(getUrl, { method: "DELETE" })).status).toBe(403);
  const plain = await fetch(getUrl.split("?")[0] ?? "");
  expect([plain.status, await plain.text()]).toEqual([403, expect.stringContaining("<Code>AccessDenied</Code>")]);
});

test("the AWS CLI copies, lists, syncs, moves and removes", { timeout: 120_000 }, async () => {
  const scene = await start();
  const aws = awscli(scene);
  const directory = temporaryDirectory();
  const small = join(directory, "small ü.txt");
  const large = join(directory, "large.bin");
  writeFileSync(small, "small");
  // Above 8 MiB the CLI uploads in parts.
  const bytes = randomBytes(20 * 1024 * 1024);
  writeFileSync(large, bytes);
  await aws("s3", "cp", small, `s3://${Bucket}/dir/small ü.txt`);
  await aws("s3", "cp", large, `s3://${Bucket}/large.bin`);
  expect(await aws("s3", "ls", `s3://${Bucket}/`)).toMatch(/PRE dir\/\n.* 20971520 large\.bin\n$/s);
  expect(await aws("s3", "ls", "--recursive", `s3://${Bucket}/dir`)).toMatch(/ 5 dir\/small ü\.txt\n$/);
  const back = join(directory, "back.bin");
  await aws("s3", "cp", `s3://${Bucket}/large.bin`, back);
  expect(readFileSync(back).equals(bytes)).toBe(true);
  await aws("s3", "cp", `s3://${Bucket}/large.bin`, `s3://${Bucket}/copy/large.bin`);
  await aws("s3", "mv", `s3://${Bucket}/dir/small ü.txt`, `s3://${Bucket}/moved.txt`);
  expect(await aws("s3", "sync", directory, `s3://${Bucket}/dir`)).toContain("large.bin");
  expect(await aws("s3", "sync", directory, `s3://${Bucket}/dir`)).toBe("");
  const { Contents = [] } = await scene.s3.send(new ListObjectsV2Command({ Bucket }));
  const keys = Contents.map((it) => it.Key);
  expect(keys).toEqual([
    "copy/large.bin",
    "dir/back.bin",
    "dir/large.bin",
    "dir/small ü.txt",
    "large.bin",
    "moved.txt",
  ]);
  await aws("s3", "rb", "--force", `s3://${Bucket}`);
  expect(await aws("s3", "ls")).toBe("");
});

test("the AWS CLI meets S3's errors", { timeout: 60_000 }, async () => {
  const scene = await start();
  const aws = awscli(scene);
  const wrong = (...args: string[]): Promise<string> => aws(...args).catch((error: { stderr: string }) => error.stderr);
  expect(await wrong("s3api", "create-bucket", "--bucket", "unplaced")).toContain(
    "(IllegalLocationConstraintException)",
  );
  expect(await wrong("s3api", "get-object", "--bucket", Bucket, "--key", "none", "/dev/null")).toContain("(NoSuchKey)");
  expect(await wrong("s3api", "get-bucket-policy", "--bucket", Bucket)).toContain("(NoSuchBucketPolicy)");
  expect(JSON.parse(await aws("s3api", "get-bucket-location", "--bucket", Bucket))).toEqual({
    LocationConstraint: "ap-northeast-1",
  });
});

test("unknown subresources and bodies that are no XML are refused, not ignored", async () => {
  const { s3, sandbox } = await start();
  const complete = new CompleteMultipartUploadCommand({ Bucket, Key: "k", UploadId: "x", MultipartUpload: {} });
  expect(await errorOf(s3.send(complete))).toBe("NoSuchUpload 404");
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" }));
  expect((await fetch(url.replace("?", "?torrent&"), { method: "PUT", body: "x" })).status).toBeGreaterThanOrEqual(400);
  expect(sandbox.logged).toEqual([]);
});
