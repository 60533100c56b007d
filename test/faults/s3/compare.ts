import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { bytesOf, etagOf, sizeOf, type KeyState } from "./expected.ts";
import type { Writer } from "./writer.ts";

/** What was wrong after restarts. */
export class Findings {
  /** Acknowledged writes, deletions, parts and uploads that are not as they were acknowledged. */
  readonly lost: string[] = [];
  /** What is neither as before a call that was not answered nor as the whole call makes it. */
  readonly half: string[] = [];
  /** Files that belong to nothing. */
  readonly leftovers: string[] = [];
  /** Restarts that found a call's effect without its answer, and without its effect. */
  readonly unanswered = { done: 0, undone: 0 };
}

interface Found {
  readonly versions: { readonly versionId: string; readonly etag: string | undefined; readonly sizeBytes: number }[];
  readonly uploads: { readonly uploadId: string; readonly parts: readonly number[] }[];
}

const nothing: Found = { versions: [], uploads: [] };

/**
 * Compares a bucket with what its writers know: every key is as it was acknowledged, or as the one call makes it that was
 * not answered. Then takes over what is there.
 */
export async function compare(client: S3Client, writers: readonly Writer[], findings: Findings): Promise<void> {
  const bucket = writers[0]?.bucket ?? "";
  const found = await list(client, bucket);
  for (const writer of writers) {
    for (const [key, before] of writer.states) {
      const there = found.get(key) ?? nothing;
      found.delete(key);
      const pending = writer.pending?.key === key ? writer.pending : undefined;
      const state = [before, pending?.after].find((it) => it && isSame(it, there));
      if (!state) {
        const list = pending ? findings.half : findings.lost;
        list.push(`${bucket}/${key}: ${JSON.stringify(there)} where ${JSON.stringify(summaryOf(before))} was`);
        continue;
      }
      writer.states.set(key, named(state, there));
      if (!pending) continue;
      findings.unanswered[state === before ? "undone" : "done"]++;
      if (state === before || !pending.again) continue;
      // A client that lost the answer asks again, and gets it.
      const { ETag } = await pending.again(client);
      if (ETag !== `"${there.versions[0]?.etag}"`)
        findings.half.push(`${bucket}/${key}: another answer the second time`);
    }
  }
  for (const key of found.keys()) findings.half.push(`${bucket}/${key}: nobody wrote it`);
}

/** Reads every version of the keys that were written lately, or of all, byte for byte. */
export async function compareBytes(client: S3Client, writer: Writer, all: boolean, findings: Findings): Promise<void> {
  for (const [key, { versions }] of writer.states) {
    if (!all && !writer.touched.has(key)) continue;
    for (const version of versions) {
      if (!version.contents) continue;
      const VersionId = version.versionId;
      const got = await client.send(new GetObjectCommand({ Bucket: writer.bucket, Key: key, VersionId }));
      const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
      const wanted = Buffer.concat(version.contents.parts.map(bytesOf));
      if (!bytes.equals(wanted)) findings.lost.push(`${writer.bucket}/${key} ${VersionId}: other bytes`);
    }
  }
  writer.touched.clear();
}

/** After a restart, before the first write: each file is named by something. */
export function compareFiles(home: string, writers: readonly Writer[], findings: Findings): void {
  const folder = join(home, "s3", "buckets", writers[0]?.bucket ?? "");
  const states = writers.flatMap((writer) => [...writer.states.values()]);
  const versions = states.flatMap((state) => state.versions);
  const uploads = states.flatMap((state) => state.uploads);
  const blobs =
    versions.reduce((sum, { contents }) => sum + (contents?.parts.length ?? 0), 0) +
    uploads.reduce((sum, { parts }) => sum + parts.size, 0);
  const expected = { blobs, records: versions.length, uploads: uploads.length };
  for (const [name, count] of Object.entries(expected)) {
    const files = readdirSync(join(folder, name));
    if (files.length !== count)
      findings.leftovers.push(`${folder}/${name}: ${files.length} files where ${count} belong`);
  }
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    if (file.includes(".tmp-")) findings.leftovers.push(`${folder}/${file}`);
  }
}

async function list(client: S3Client, Bucket: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const at = (key: string): Found => {
    const known = found.get(key) ?? { versions: [], uploads: [] };
    found.set(key, known);
    return known;
  };
  const {
    Versions = [],
    DeleteMarkers = [],
    IsTruncated,
  } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  if (IsTruncated) throw new Error("more versions than one page");
  const entries = [
    ...Versions.map((it) => ({ ...it, etag: it.ETag?.replaceAll('"', "") })),
    ...DeleteMarkers.map((it) => ({ ...it, etag: undefined, Size: 0 })),
  ];
  // Objects and markers come in two lists; only one of each key is the latest.
  entries.sort((a, b) => Number(b.LastModified) - Number(a.LastModified) || Number(b.IsLatest) - Number(a.IsLatest));
  for (const { Key = "", VersionId = "", etag, Size = 0 } of entries) {
    at(Key).versions.push({ versionId: VersionId, etag, sizeBytes: Size });
  }
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key = "", UploadId = "" } of Uploads) {
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    at(Key).uploads.push({ uploadId: UploadId, parts: Parts.map(({ Size = -1 }) => Size) });
  }
  return found;
}

/** Ids that no answer told yet may be any. The order of versions is that of their writing. */
function isSame(state: KeyState, found: Found): boolean {
  const versionsOf = (it: { versionId: string | undefined; etag: string | undefined; sizeBytes: number }): string =>
    `${it.versionId} ${it.etag} ${it.sizeBytes}`;
  const expected = summaryOf(state);
  if (expected.versions.length !== found.versions.length || expected.uploads.length !== found.uploads.length) {
    return false;
  }
  const remaining = new Set(found.versions.map(versionsOf));
  const known = expected.versions.filter(({ versionId }) => versionId !== undefined);
  if (!known.every((version) => remaining.delete(versionsOf(version)))) return false;
  const latest = expected.versions[0];
  if (latest && latest.etag !== found.versions[0]?.etag) return false;
  return expected.uploads.every(({ uploadId, parts }, index) => {
    const there = found.uploads[index];
    return (uploadId === undefined || uploadId === there?.uploadId) && isDeepStrictEqual(parts, there?.parts);
  });
}

function summaryOf({ versions, uploads }: KeyState) {
  return {
    versions: versions.map((version) => ({
      versionId: version.versionId,
      etag: version.contents && etagOf(version),
      sizeBytes: sizeOf(version),
    })),
    uploads: uploads.map(({ uploadId, parts }) => ({
      uploadId,
      parts: [...parts.values()].map(({ sizeBytes }) => sizeBytes),
    })),
  };
}

/** With the ids that the store gave to what was not answered. */
function named(state: KeyState, found: Found): KeyState {
  const known = new Set(state.versions.map(({ versionId }) => versionId));
  const given = found.versions.find(({ versionId }) => !known.has(versionId))?.versionId;
  return {
    versions: state.versions.map((it) => ({ ...it, versionId: it.versionId ?? given })),
    uploads: state.uploads.map((it, index) => ({ ...it, uploadId: found.uploads[index]?.uploadId })),
  };
}
