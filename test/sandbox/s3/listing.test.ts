import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { compareKeys } from "../../../src/sandbox/s3/store/key-order.ts";
import { errorOf, inTokyo, startS3 } from "./s3-sandbox.ts";

const Bucket = "listing-of-the-test";

/** Listing as the documentation says it, over a plain list. */
function model(keys: readonly string[], prefix: string, delimiter: string): { keys: string[]; prefixes: string[] } {
  const found = { keys: [] as string[], prefixes: new Set<string>() };
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const key of sorted) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) found.keys.push(key);
    else found.prefixes.add(key.slice(0, at + delimiter.length));
  }
  return { keys: found.keys, prefixes: [...found.prefixes] };
}

/** The same numbers in every run, so that a failure can be looked at again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomKeys(random: (below: number) => number, count: number): string[] {
  const alphabet = ["a", "b", "/", "//", "あ", "\u{1F600}", "\uFFFD", "-", "ab/"];
  const keys = new Set<string>();
  while (keys.size < count) {
    keys.add(Array.from({ length: 1 + random(5) }, () => alphabet[random(alphabet.length)]).join(""));
  }
  return [...keys];
}

type Page = { keys: string[]; prefixes: string[]; next: string | undefined };

async function collect(
  page: (marker: string | undefined) => Promise<Page>,
): Promise<{ keys: string[]; prefixes: string[] }> {
  const all = { keys: [] as string[], prefixes: [] as string[] };
  let marker: string | undefined;
  do {
    const { keys, prefixes, next } = await page(marker);
    all.keys.push(...keys);
    all.prefixes.push(...prefixes);
    marker = next;
  } while (marker !== undefined);
  return all;
}

function version1(s3: S3Client, Prefix: string, Delimiter: string, MaxKeys: number) {
  return async (Marker: string | undefined): Promise<Page> => {
    const page = await s3.send(new ListObjectsCommand({ Bucket, Prefix, Delimiter, MaxKeys, Marker }));
    const keys = (page.Contents ?? []).map((it) => it.Key!);
    const next = page.IsTruncated ? (page.NextMarker ?? keys.at(-1)) : undefined;
    return { keys, prefixes: (page.CommonPrefixes ?? []).map((it) => it.Prefix!), next };
  };
}

function version2(s3: S3Client, Prefix: string, Delimiter: string, MaxKeys: number) {
  return async (ContinuationToken: string | undefined): Promise<Page> => {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter, MaxKeys, ContinuationToken }));
    const keys = (page.Contents ?? []).map((it) => it.Key!);
    const prefixes = (page.CommonPrefixes ?? []).map((it) => it.Prefix!);
    expect(page.KeyCount).toBe(keys.length + prefixes.length);
    expect(keys.length + prefixes.length).toBeLessThanOrEqual(MaxKeys);
    return { keys, prefixes, next: page.NextContinuationToken };
  };
}

test("random keys, prefixes, delimiters and page sizes list as the model says", async () => {
  const { s3 } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  const random = randomNumbers(20231107);
  const keys = randomKeys(random, 150);
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))));
  for (let round = 0; round < 40; round++) {
    const prefix = ["", "a", "ab/", "/", "あ", "\u{1F600}", "none"][random(7)] ?? "";
    const delimiter = ["", "/", "//", "あ", "b"][random(5)] ?? "";
    const size = 1 + random(40);
    const expected = model(keys, prefix, delimiter);
    const label = JSON.stringify({ prefix, delimiter, size });
    expect(await collect(version1(s3, prefix, delimiter, size)), label).toEqual(expected);
    expect(await collect(version2(s3, prefix, delimiter, size)), label).toEqual(expected);
  }
  const versions = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(versions.Versions!.map((it) => it.Key)).toEqual(model(keys, "", "").keys);
});

test("start-after, no keys at all, and wrong arguments", async () => {
  const { s3 } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  for (const Key of ["a", "b", "c"]) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const list = async (input: object): Promise<(string | undefined)[]> =>
    ((await s3.send(new ListObjectsV2Command({ Bucket, ...input }))).Contents ?? []).map((it) => it.Key);
  expect(await list({ StartAfter: "a" })).toEqual(["b", "c"]);
  expect(await list({ StartAfter: "aa" })).toEqual(["b", "c"]);
  expect(await list({ MaxKeys: 0 })).toEqual([]);
  expect(await errorOf(list({ MaxKeys: -1 }))).toBe("InvalidArgument 400");
  expect(await errorOf(list({ ContinuationToken: "nonsense" }))).toBe("InvalidArgument 400");
});

test("keys are ordered by their UTF-8 bytes", () => {
  const keys = randomKeys(randomNumbers(7), 400);
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(keys.toSorted(compareKeys)).toEqual(byBytes);
});
