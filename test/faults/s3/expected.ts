import { createHash } from "node:crypto";

/** An object's bytes, which follow from a number, so that they need not be kept to be compared. */
export interface Contents {
  readonly parts: readonly Part[];
}

export interface Part {
  readonly seed: number;
  readonly sizeBytes: number;
}

export interface Version {
  /** Undefined as long as its answer has not come. */
  readonly versionId: string | undefined;
  /** Undefined for a delete marker. */
  readonly contents: Contents | undefined;
  /** As S3 makes them: those of multipart objects end in the number of parts. */
  readonly multipart?: boolean;
}

export interface Upload {
  readonly key: string;
  /** Undefined as long as its answer has not come. */
  readonly uploadId: string | undefined;
  readonly parts: ReadonlyMap<number, Part>;
}

/** What a key must be: its versions from the newest to the oldest, and its uploads in progress. */
export interface KeyState {
  readonly versions: readonly Version[];
  readonly uploads: readonly Upload[];
}

const patternBytes = 64 * 1024;
const pattern = Buffer.alloc(patternBytes * 2, "The quick brown fox jumps over the lazy dog. 0123456789");

/** Cheap to make and to compare: a long text from a place that the seed names, with the seed at its start. */
export function bytesOf({ seed, sizeBytes }: Part): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += patternBytes) pattern.copy(bytes, at, seed % patternBytes);
  bytes.write(`${seed}`.slice(0, sizeBytes));
  return bytes;
}

const md5 = (bytes: Buffer): Buffer => createHash("md5").update(bytes).digest();

export function etagOf({ contents, multipart }: Version): string {
  const digests = (contents?.parts ?? []).map((part) => md5(bytesOf(part)));
  const [only = md5(Buffer.alloc(0))] = digests;
  return multipart ? `${md5(Buffer.concat(digests)).toString("hex")}-${digests.length}` : only.toString("hex");
}

export function sizeOf({ contents }: Version): number {
  return (contents?.parts ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
