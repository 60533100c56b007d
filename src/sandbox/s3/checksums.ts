import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "./crc.ts";

export const checksumNames = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumName = (typeof checksumNames)[number];

export interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

class Crc32 implements Hasher {
  private value = 0;

  update(bytes: Uint8Array): void {
    this.value = crc32(bytes, this.value);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.value >>> 0);
    return bytes;
  }
}

const hashers: Readonly<Record<ChecksumName | "MD5", () => Hasher>> = {
  CRC32: () => new Crc32(),
  CRC32C: () => new Crc32c(),
  CRC64NVME: () => new Crc64Nvme(),
  SHA1: () => createHash("sha1"),
  SHA256: () => createHash("sha256"),
  MD5: () => createHash("md5"),
};

export function hasherOf(name: ChecksumName | "MD5"): Hasher {
  return hashers[name]();
}

export function isChecksumName(text: string): text is ChecksumName {
  return (checksumNames as readonly string[]).includes(text);
}

export function headerOf(name: ChecksumName): string {
  return `x-amz-checksum-${name.toLowerCase()}`;
}

/** The member of S3's inputs and outputs that carries a checksum of this kind. */
export function memberOf<Name extends ChecksumName>(name: Name): `Checksum${Name}` {
  return `Checksum${name}`;
}
