import { randomBytes } from "node:crypto";

const sequenceBytes = 6;

/**
 * An opaque id that holds the version's sequence number. So a listing finds its place again behind a version that was
 * deleted between two pages.
 */
export function newVersionId(sequence: number): string {
  const bytes = randomBytes(24);
  const number = Buffer.alloc(sequenceBytes);
  number.writeUIntBE(sequence, 0, sequenceBytes);
  for (let i = 0; i < sequenceBytes; i++) bytes[i] = (number[i] ?? 0) ^ (bytes[i + sequenceBytes] ?? 0);
  return bytes.toString("base64url");
}

export function sequenceOf(versionId: string): number | undefined {
  if (!isVersionId(versionId)) return undefined;
  const bytes = Buffer.from(versionId, "base64url");
  const number = Buffer.from(bytes.subarray(0, sequenceBytes).map((byte, i) => byte ^ (bytes[i + sequenceBytes] ?? 0)));
  return number.readUIntBE(0, sequenceBytes);
}

export function isVersionId(text: string): boolean {
  return /^[A-Za-z0-9_-]{32}$/.test(text);
}
