import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { errorOf, inTokyo, startS3 } from "./s3-sandbox.ts";

const Bucket = "versions-of-the-test";

async function start(): Promise<S3Client> {
  const { s3 } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  return s3;
}

async function setVersioning(s3: S3Client, Status: "Enabled" | "Suspended"): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

async function put(s3: S3Client, Body: string, Key = "k"): Promise<string | undefined> {
  return (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
}

async function read(s3: S3Client, VersionId?: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "k", VersionId }));
  return Body!.transformToString();
}

test("every write makes a version; deleting hides them; deleting the marker brings the object back", async () => {
  const s3 = await start();
  await put(s3, "before");
  await setVersioning(s3, "Enabled");
  const one = await put(s3, "one");
  const two = await put(s3, "two");
  expect(new Set([one, two, "null", undefined]).size).toBe(4);
  expect([await read(s3), await read(s3, one), await read(s3, "null")]).toEqual(["two", "one", "before"]);

  const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  expect(deleted.DeleteMarker).toBe(true);
  expect(await errorOf(read(s3))).toBe("NoSuchKey 404");
  expect(await errorOf(read(s3, deleted.VersionId))).toBe("MethodNotAllowed 405");
  expect(await errorOf(s3.send(new HeadObjectCommand({ Bucket, Key: "k" })))).toBe("NotFound 404");
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  expect(await read(s3, two)).toBe("two");

  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
    [two, false],
    [one, false],
    ["null", false],
  ]);
  expect(DeleteMarkers).toMatchObject([{ VersionId: deleted.VersionId, IsLatest: true }]);
  expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket })))).toBe("BucketNotEmpty 409");

  const undone = await s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: deleted.VersionId }));
  expect([undone.DeleteMarker, undone.VersionId]).toEqual([true, deleted.VersionId]);
  expect(await read(s3)).toBe("two");
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: two }));
  expect(await read(s3)).toBe("one");
});

test("while suspended, writes and deletions replace the null version and nothing else", async () => {
  const s3 = await start();
  await setVersioning(s3, "Enabled");
  const kept = await put(s3, "kept");
  await setVersioning(s3, "Suspended");
  await put(s3, "first");
  await put(s3, "second");
  expect([await read(s3), await read(s3, "null"), await read(s3, kept)]).toEqual(["second", "second", "kept"]);
  const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  expect([deleted.DeleteMarker, deleted.VersionId]).toEqual([true, "null"]);
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions.map(({ VersionId }) => VersionId)).toEqual([kept]);
  expect(DeleteMarkers.map(({ VersionId }) => VersionId)).toEqual(["null"]);
});

test("what is asked of versions that are not there", async () => {
  const s3 = await start();
  await setVersioning(s3, "Enabled");
  const version = await put(s3, "x");
  expect(await errorOf(read(s3, "null"))).toBe("NoSuchVersion 404");
  expect(await errorOf(read(s3, "nonsense"))).toBe("InvalidArgument 400");
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: version }));
  expect(await errorOf(read(s3, version))).toBe("NoSuchVersion 404");
  expect(await errorOf(s3.send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: version })))).toBe("no error");
});

test("paging over versions while the listed ones are deleted misses none", async () => {
  const s3 = await start();
  await setVersioning(s3, "Enabled");
  for (const key of ["a", "b", "c"]) for (let i = 0; i < 7; i++) await put(s3, `${i}`, key);
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  let count = 0;
  while (marker) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 3, ...marker }),
    );
    const Objects = page.Versions!.map(({ Key, VersionId }) => ({ Key, VersionId }));
    count += Objects.length;
    const { Deleted = [], Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect([Deleted.length, Errors]).toEqual([Objects.length, undefined]);
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker!, VersionIdMarker: page.NextVersionIdMarker! }
      : undefined;
  }
  expect(count).toBe(21);
  await s3.send(new DeleteBucketCommand({ Bucket }));
});
