import { createHmac, createHash } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  NoSuchKey,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";
import { memoryS3, type Received } from "./services.ts";

const objects = new Map<string, Received>();
let sandbox: TestSandbox;
let s3: S3Client;

beforeAll(async () => {
  sandbox = await startTestSandbox({ services: [memoryS3(objects)] });
  s3 = new S3Client(sandbox.clientConfig());
});
afterAll(async () => {
  s3.destroy();
  await sandbox.stop();
});

describe("restXml", () => {
  it("carries objects with awkward keys, metadata and ranges", async () => {
    const key = "a b/ü+&=?#%20(1)'*!~/日本.txt";
    await s3.send(
      new PutObjectCommand({ Bucket: "b", Key: key, Body: "hello", Metadata: { who: "me" }, ContentType: "text/x" }),
    );
    const received = objects.get(`b/${key}`);
    expect(received?.body.toString()).toBe("hello");
    expect(received?.input).toMatchObject({ Metadata: { who: "me" }, ContentType: "text/x", ContentLength: 5 });
    const got = await s3.send(new GetObjectCommand({ Bucket: "b", Key: key }));
    expect(await got.Body?.transformToString()).toBe("hello");
    const part = await s3.send(new GetObjectCommand({ Bucket: "b", Key: key, Range: "bytes=0-0" }));
    expect(part.$metadata.httpStatusCode).toBe(206);
    expect((await s3.send(new HeadObjectCommand({ Bucket: "b", Key: key }))).Metadata).toEqual({ a: "b" });
  });

  it("decodes a streamed upload with a trailing checksum", async () => {
    const body = Readable.from([Buffer.alloc(70_000, 1), Buffer.alloc(70_000, 2)]);
    await s3.send(new PutObjectCommand({ Bucket: "b", Key: "stream", Body: body, ContentLength: 140_000 }));
    const received = objects.get("b/stream");
    expect(received?.body.equals(Buffer.concat([Buffer.alloc(70_000, 1), Buffer.alloc(70_000, 2)]))).toBe(true);
    expect(received?.input).toMatchObject({ ContentLength: 140_000 });
    expect(received?.input).not.toHaveProperty("ContentEncoding");
    expect(received?.trailers["x-amz-checksum-crc32"]).toMatch(/^[A-Za-z0-9+/]{6}==$/);
  });

  it("gives modelled errors, also for HEAD, and survives an early error during an upload", async () => {
    const missing = s3.send(new GetObjectCommand({ Bucket: "b", Key: "missing" }));
    await expect(missing).rejects.toBeInstanceOf(NoSuchKey);
    await expect(s3.send(new HeadObjectCommand({ Bucket: "b", Key: "missing" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    const wrong = new S3Client({
      ...sandbox.clientConfig(),
      credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" },
    });
    const upload = wrong.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: Buffer.alloc(3_000_000) }));
    await expect(upload).rejects.toMatchObject({ name: "InvalidAccessKeyId", $metadata: { httpStatusCode: 403 } });
    wrong.destroy();
  });

  it("tells the service's root, a bucket and a subresource that is not implemented apart", async () => {
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([{ Name: "b" }]);
    const location = await s3.send(new GetBucketLocationCommand({ Bucket: "b" }));
    expect(location.LocationConstraint).toBe("ap-northeast-1");
    const lifecycle = new PutBucketLifecycleConfigurationCommand({
      Bucket: "b",
      LifecycleConfiguration: { Rules: [] },
    });
    await expect(s3.send(lifecycle)).rejects.toMatchObject({ name: "NotImplemented" });
    const policy = new PutBucketPolicyCommand({ Bucket: "b", Policy: "{}" });
    await expect(s3.send(policy)).rejects.toMatchObject({ name: "NotImplemented" });
  });
});

describe("presigned URLs", () => {
  it("are accepted until they expire or are changed", async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket: "b", Key: "p q" }), { expiresIn: 60 });
    expect((await fetch(put, { method: "PUT", body: "signed" })).status).toBe(200);
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "b", Key: "p q" }), { expiresIn: 60 });
    expect(await (await fetch(url)).text()).toBe("signed");
    expect((await fetch(url.replace("p%20q", "stream"))).status).toBe(403);
    const old = { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) };
    const expired = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "b", Key: "p q" }), old);
    const answer = await fetch(expired);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>");
  });
});

/** Puts an object as older SDKs do it over plain HTTP: each chunk signed with the signature before it. */
async function putSignedChunks(chunks: readonly string[], tamper: boolean): Promise<{ status: number; text: string }> {
  const { accessKeyId, secretAccessKey } = sandbox.world.iam.rootCredentials;
  const url = new URL(`${sandbox.endpoint}/b/chunks`);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${date.slice(0, 8)}/ap-northeast-1/s3/aws4_request`;
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const key = scope.split("/").reduce<string | Buffer>((at, part) => hmac(at, part), `AWS4${secretAccessKey}`);
  const payload = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const headers: Record<string, string> = {
    "content-encoding": "aws-chunked",
    host: url.host,
    "x-amz-content-sha256": payload,
    "x-amz-date": date,
    "x-amz-decoded-content-length": String(chunks.join("").length),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}`).join("\n");
  const canonical = `PUT\n/b/chunks\n\n${lines}\n\n${names.join(";")}\n${payload}`;
  let previous = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`).toString("hex");
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${previous}`;
  const body = [...chunks, ""].map((chunk) => {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${date}\n${scope}\n${previous}\n${hash("")}\n${hash(chunk)}`;
    previous = hmac(key, text).toString("hex");
    const sent = tamper && chunk !== "" ? chunk.toUpperCase() : chunk;
    return `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${sent}\r\n`;
  });
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "PUT", headers }, (response) => {
      let text = "";
      response.on("data", (part) => (text += String(part)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.on("error", reject);
    call.end(body.join(""));
  });
}

describe("what is signed of a body", () => {
  it("is checked chunk by chunk", async () => {
    expect((await putSignedChunks(["first ", "second"], false)).status).toBe(200);
    expect(objects.get("b/chunks")?.body.toString()).toBe("first second");
    const tampered = await putSignedChunks(["first ", "third"], true);
    expect(tampered.status).toBe(403);
    expect(tampered.text).toContain("SignatureDoesNotMatch");
    expect(objects.get("b/chunks")?.body.toString()).toBe("first second");
  });

  it("is compared with the declared hash", async () => {
    const client = new S3Client({ ...sandbox.clientConfig(), requestChecksumCalculation: "WHEN_REQUIRED" });
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body: unknown }).body = "other!";
        return next(args);
      },
      { step: "finalizeRequest", priority: "low", name: "swapBody" },
    );
    const call = client.send(new PutObjectCommand({ Bucket: "b", Key: "hash", Body: "right!" }));
    await expect(call).rejects.toMatchObject({ name: "XAmzContentSHA256Mismatch" });
    expect(objects.has("b/hash")).toBe(false);
    client.destroy();
  });
});
