import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { errorOf, inTokyo, startS3 } from "./s3-sandbox.ts";

const Bucket = "multipart-of-the-test";
const Key = "big";
const fiveMiB = 5 * 1024 * 1024;

async function begin(input: object = {}): Promise<{ s3: S3Client; UploadId: string; home: string }> {
  const { s3, sandbox } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  const { UploadId = "" } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "text/x", Metadata: { m: "1" }, ...input }),
  );
  return { s3, UploadId, home: sandbox.home };
}

async function part(s3: S3Client, UploadId: string, PartNumber: number, Body: Uint8Array): Promise<CompletedPart> {
  const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
}

const complete = (s3: S3Client, UploadId: string, Parts: CompletedPart[], input: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...input }));

test("parts in any order become one object, which can be read in parts and ranges", async () => {
  const { s3, UploadId } = await begin();
  const first = randomBytes(fiveMiB + 1);
  const second = randomBytes(1000);
  await part(s3, UploadId, 1, randomBytes(10));
  const two = await part(s3, UploadId, 20, second);
  const one = await part(s3, UploadId, 1, first);
  const listed = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 1 }));
  expect(listed).toMatchObject({
    IsTruncated: true,
    NextPartNumberMarker: "1",
    Parts: [{ PartNumber: 1, Size: first.length }],
  });
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);

  const made = await complete(s3, UploadId, [one, two]);
  const digest = (bytes: Buffer) => createHash("md5").update(bytes).digest();
  const whole = Buffer.concat([first, second]);
  expect(made.ETag).toBe(`"${digest(Buffer.concat([digest(first), digest(second)])).toString("hex")}-2"`);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(whole)).toBe(true);
  expect(got).toMatchObject({ ContentType: "text/x", Metadata: { m: "1" }, ETag: made.ETag });
  const across = await s3.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${fiveMiB - 5}-${fiveMiB + 5}` }));
  expect(Buffer.from(await across.Body!.transformToByteArray())).toEqual(whole.subarray(fiveMiB - 5, fiveMiB + 6));
  const last = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(last.PartsCount).toBe(2);
  expect(Buffer.from(await last.Body!.transformToByteArray())).toEqual(second);
  expect((await complete(s3, UploadId, [one, two])).ETag).toBe(made.ETag);
  expect(await errorOf(part(s3, UploadId, 3, second))).toBe("NoSuchUpload 404");
});

test("what cannot be completed is refused and can still be completed rightly", async () => {
  const { s3, UploadId } = await begin();
  const one = await part(s3, UploadId, 1, randomBytes(fiveMiB));
  const two = await part(s3, UploadId, 2, randomBytes(10));
  const three = await part(s3, UploadId, 3, randomBytes(10));
  expect(await errorOf(complete(s3, UploadId, [two, one]))).toBe("InvalidPartOrder 400");
  expect(await errorOf(complete(s3, UploadId, [one, two, three]))).toBe("EntityTooSmall 400");
  expect(await errorOf(complete(s3, UploadId, [one, { PartNumber: 9, ETag: '"x"' }]))).toBe("InvalidPart 400");
  expect(await errorOf(complete(s3, UploadId, [one, { ...two, ETag: '"x"' }]))).toBe("InvalidPart 400");
  expect(await errorOf(complete(s3, "nonsense", [one]))).toBe("NoSuchUpload 404");
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "there" }));
  expect(await errorOf(complete(s3, UploadId, [one], { IfNoneMatch: "*" }))).toBe("PreconditionFailed 412");
  await complete(s3, UploadId, [one, two]);
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(fiveMiB + 10);
});

test.each(["COMPOSITE", "FULL_OBJECT"] as const)("a %s checksum over the parts", async (ChecksumType) => {
  const { s3, UploadId } = await begin({ ChecksumAlgorithm: "CRC32", ChecksumType });
  const parts: CompletedPart[] = [];
  for (const [index, size] of [fiveMiB, 7].entries()) {
    const PartNumber = index + 1;
    const Body = Buffer.alloc(size, PartNumber);
    const { ETag, ChecksumCRC32 } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: "CRC32" }),
    );
    parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const made = await complete(s3, UploadId, parts, { ChecksumType });
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  expect(head).toMatchObject({ ChecksumType, ChecksumCRC32: made.ChecksumCRC32 });
  if (ChecksumType === "COMPOSITE") expect(made.ChecksumCRC32).toMatch(/-2$/);
  else {
    // The client checks a full object's checksum while it reads.
    const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect((await got.Body!.transformToByteArray()).length).toBe(fiveMiB + 7);
  }
});

test("uploads are listed in order, keep the bucket from being deleted, and are gone when aborted", async () => {
  const { s3, UploadId } = await begin();
  const others = [];
  for (const key of ["a/1", "a/2", "z"]) {
    others.push((await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: key }))).UploadId);
  }
  expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket })))).toBe("BucketNotEmpty 409");
  const all = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(all.Uploads!.map((it) => it.Key)).toEqual(["a/1", "a/2", "big", "z"]);
  const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: "/", MaxUploads: 2 }));
  expect([page.CommonPrefixes, page.Uploads!.map((it) => it.Key)]).toEqual([[{ Prefix: "a/" }], ["big"]]);
  const next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  const rest = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: "/", ...next }));
  expect(rest.Uploads!.map((it) => it.Key)).toEqual(["z"]);
  for (const { Key, UploadId } of all.Uploads!) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
  expect(await errorOf(s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })))).toBe("NoSuchUpload 404");
  await s3.send(new DeleteBucketCommand({ Bucket }));
});

test("parts can be copied from an object, whole or in ranges", async () => {
  const { s3, UploadId } = await begin();
  const source = randomBytes(fiveMiB + 100);
  await s3.send(new PutObjectCommand({ Bucket, Key: "source", Body: source }));
  const copy = async (PartNumber: number, CopySourceRange: string | undefined): Promise<CompletedPart> => {
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/source`, CopySourceRange }),
    );
    return { PartNumber, ETag: CopyPartResult?.ETag };
  };
  await complete(s3, UploadId, [await copy(1, undefined), await copy(2, "bytes=10-19")]);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const expected = Buffer.concat([source, source.subarray(10, 20)]);
  expect(Buffer.from(await got.Body!.transformToByteArray()).equals(expected)).toBe(true);
});
