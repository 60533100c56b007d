import { createHash, randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { errorOf, inTokyo, startS3 } from "./s3-sandbox.ts";

const Bucket = "objects-of-the-test";

async function start(): Promise<{ s3: S3Client }> {
  const { s3 } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  return { s3 };
}

test("an object comes back byte for byte, with its headers, metadata and tags", async () => {
  const { s3 } = await start();
  const bytes = randomBytes(300_000);
  const put = await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: "a/b",
      Body: bytes,
      ContentType: "image/png",
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="x.png"',
      ContentEncoding: "identity",
      ContentLanguage: "ja",
      Metadata: { colour: "red" },
      Tagging: "a=1&b=two%20words",
    }),
  );
  const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
  expect(put.ETag).toBe(etag);
  expect(put.ServerSideEncryption).toBe("AES256");
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a/b", ChecksumMode: "ENABLED" }));
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(bytes)).toBe(true);
  expect(got).toMatchObject({
    ETag: etag,
    ContentLength: 300_000,
    ContentType: "image/png",
    CacheControl: "max-age=60",
    ContentDisposition: 'attachment; filename="x.png"',
    ContentLanguage: "ja",
    Metadata: { colour: "red" },
    TagCount: 2,
    ChecksumCRC32: put.ChecksumCRC32,
  });
  expect(got.VersionId).toBeUndefined();
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "a/b" }));
  expect(tags.TagSet).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "two words" },
  ]);
  await s3.send(new PutObjectTaggingCommand({ Bucket, Key: "a/b", Tagging: { TagSet: [{ Key: "c", Value: "3" }] } }));
  expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "a/b" }))).TagSet).toEqual([
    { Key: "c", Value: "3" },
  ]);
  const attributes = await s3.send(
    new GetObjectAttributesCommand({ Bucket, Key: "a/b", ObjectAttributes: ["ETag", "ObjectSize", "Checksum"] }),
  );
  expect(attributes).toMatchObject({
    ETag: etag.replaceAll('"', ""),
    ObjectSize: 300_000,
    Checksum: { ChecksumCRC32: put.ChecksumCRC32, ChecksumType: "FULL_OBJECT" },
  });
});

test("an empty object is an object", async () => {
  const { s3 } = await start();
  await s3.send(new PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: "empty" }));
  expect(await got.Body!.transformToString()).toBe("");
  expect(await errorOf(s3.send(new GetObjectCommand({ Bucket, Key: "empty", Range: "bytes=0-0" })))).toBe(
    "InvalidRange 416",
  );
});

test.each([
  ["CRC32", "y/Q5Jg=="],
  ["CRC32C", "4waSgw=="],
  ["CRC64NVME", "rosUhgp5mIg="],
  ["SHA1", createHash("sha1").update("123456789").digest("base64")],
  ["SHA256", createHash("sha256").update("123456789").digest("base64")],
] as const)("%s: what the client computed is checked and given back", async (algorithm, value) => {
  const { s3 } = await start();
  const member = `Checksum${algorithm}` as const;
  const put = (Key: string, checksum: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: "123456789", [member]: checksum }));
  expect((await put("k", value))[member]).toBe(value);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" }));
  expect(head[member]).toBe(value);
  const wrong = Buffer.from(value, "base64").reverse().toString("base64");
  expect(await errorOf(put("wrong", wrong))).toBe("BadDigest 400");
  expect(await errorOf(put("wrong", "AAAA"))).toBe("InvalidRequest 400");
  expect(await errorOf(s3.send(new HeadObjectCommand({ Bucket, Key: "wrong" })))).toBe("NotFound 404");
});

test("a wrong or impossible Content-MD5 is refused and leaves nothing", async () => {
  const { s3 } = await start();
  const put = (ContentMD5: string) => s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "hello", ContentMD5 }));
  expect(await errorOf(put(createHash("md5").update("other").digest("base64")))).toBe("BadDigest 400");
  expect(await errorOf(put("short"))).toBe("InvalidDigest 400");
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  await put(createHash("md5").update("hello").digest("base64"));
});

test("ranges: first, middle, last, open, suffix, beyond the end", async () => {
  const { s3 } = await start();
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }));
  const range = async (Range: string): Promise<string> => {
    const { Body, ContentRange, $metadata } = await s3.send(new GetObjectCommand({ Bucket, Key: "k", Range }));
    return `${$metadata.httpStatusCode} ${ContentRange} ${await Body!.transformToString()}`;
  };
  expect(await range("bytes=0-0")).toBe("206 bytes 0-0/10 0");
  expect(await range("bytes=3-5")).toBe("206 bytes 3-5/10 345");
  expect(await range("bytes=8-")).toBe("206 bytes 8-9/10 89");
  expect(await range("bytes=-3")).toBe("206 bytes 7-9/10 789");
  expect(await range("bytes=5-100")).toBe("206 bytes 5-9/10 56789");
  expect(await range("bytes=-100")).toBe("206 bytes 0-9/10 0123456789");
  expect(await range("bytes=5-3")).toBe("200 undefined 0123456789");
  expect(await errorOf(s3.send(new GetObjectCommand({ Bucket, Key: "k", Range: "bytes=10-" })))).toBe(
    "InvalidRange 416",
  );
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "k", Range: "bytes=2-4" }));
  expect([head.ContentLength, head.ContentRange]).toEqual([3, "bytes 2-4/10"]);
});

test("conditional reads", async () => {
  const { s3 } = await start();
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }));
  const get = (conditions: object) => errorOf(s3.send(new GetObjectCommand({ Bucket, Key: "k", ...conditions })));
  expect(await get({ IfMatch: ETag })).toBe("no error");
  expect(await get({ IfMatch: '"other"' })).toBe("PreconditionFailed 412");
  expect(await get({ IfNoneMatch: ETag })).toMatch(/ 304$/);
  expect(await get({ IfNoneMatch: '"other"' })).toBe("no error");
  expect(await get({ IfModifiedSince: LastModified })).toMatch(/ 304$/);
  expect(await get({ IfModifiedSince: new Date(0) })).toBe("no error");
  expect(await get({ IfUnmodifiedSince: new Date(0) })).toBe("PreconditionFailed 412");
  expect(await get({ IfMatch: ETag, IfUnmodifiedSince: new Date(0) })).toBe("no error");
});

test("conditional writes: of many that create the same key, one wins", async () => {
  const { s3 } = await start();
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      errorOf(s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: `writer ${i}`, IfNoneMatch: "*" }))),
    ),
  );
  expect(results.filter((result) => result === "no error")).toHaveLength(1);
  expect(results.filter((result) => result === "PreconditionFailed 412")).toHaveLength(11);
  const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key: "k" }));
  const replace = (IfMatch: string | undefined, Key = "k") =>
    errorOf(s3.send(new PutObjectCommand({ Bucket, Key, Body: "new", IfMatch })));
  expect(await replace('"other"')).toBe("PreconditionFailed 412");
  expect(await replace(ETag)).toBe("no error");
  expect(await replace(ETag)).toBe("PreconditionFailed 412");
  expect(await replace(ETag, "absent")).toBe("NoSuchKey 404");
});

test.each([
  "with space",
  "日本語/写真 😀.png",
  "/leading",
  "a//b",
  "trailing/",
  "../../etc/passwd",
  "..",
  ".",
  "a+b&c=d?e#f%20",
  "'\"<>&",
  "~!*()",
  "x".repeat(1024),
])("the key %j is kept as it is", async (Key) => {
  const { s3 } = await start();
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "other", Body: "other" }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body!.transformToString()).toBe(Key);
  for (const EncodingType of [undefined, "url"] as const) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType }));
    const keys = new Set(Contents.map((it) => (EncodingType ? decodeURIComponent(it.Key!) : it.Key)));
    expect(keys).toEqual(new Set([Key, "other"]));
  }
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(Key)}` }));
  const copy = await s3.send(new GetObjectCommand({ Bucket, Key: "copy" }));
  expect(await copy.Body!.transformToString()).toBe(Key);
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
  expect(await errorOf(s3.send(new GetObjectCommand({ Bucket, Key })))).toBe("NoSuchKey 404");
});

test("a key of more than 1024 bytes is refused", async () => {
  const { s3 } = await start();
  expect(await errorOf(s3.send(new PutObjectCommand({ Bucket, Key: "é".repeat(513), Body: "" })))).toBe(
    "KeyTooLongError 400",
  );
});

test("copying keeps or replaces headers, metadata and tags as asked", async () => {
  const { s3 } = await start();
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: "a",
      Body: "x",
      ContentType: "text/plain",
      Metadata: { m: "1" },
      Tagging: "t=1",
    }),
  );
  const CopySource = `/${Bucket}/a`;
  await s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource }));
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key: "b" }))).toMatchObject({
    ContentType: "text/plain",
    Metadata: { m: "1" },
    TagCount: 1,
  });
  await s3.send(
    new CopyObjectCommand({ Bucket, Key: "b", CopySource, MetadataDirective: "REPLACE", Metadata: { n: "2" } }),
  );
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "b" }))).Metadata).toEqual({ n: "2" });
  expect(await errorOf(s3.send(new CopyObjectCommand({ Bucket, Key: "a", CopySource })))).toBe("InvalidRequest 400");
  await s3.send(new CopyObjectCommand({ Bucket, Key: "a", CopySource, MetadataDirective: "REPLACE" }));
  expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: "a" }))).Body!.transformToString()).toBe("x");
  expect(await errorOf(s3.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: `${Bucket}/none` })))).toBe(
    "NoSuchKey 404",
  );
});

test("response headers can be overridden for one request", async () => {
  const { s3 } = await start();
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ContentType: "text/plain" }));
  const got = await s3.send(
    new GetObjectCommand({ Bucket, Key: "k", ResponseContentType: "image/gif", ResponseContentDisposition: "inline" }),
  );
  expect(got).toMatchObject({ ContentType: "image/gif", ContentDisposition: "inline" });
});

test("what is not there", async () => {
  const { s3 } = await start();
  expect(await errorOf(s3.send(new GetObjectCommand({ Bucket, Key: "none" })))).toBe("NoSuchKey 404");
  expect(await errorOf(s3.send(new HeadObjectCommand({ Bucket, Key: "none" })))).toBe("NotFound 404");
  expect(await errorOf(s3.send(new GetObjectCommand({ Bucket: "no-such-bucket", Key: "k" })))).toBe("NoSuchBucket 404");
  expect(await errorOf(s3.send(new DeleteObjectCommand({ Bucket, Key: "none" })))).toBe("no error");
});
