import type { Tag } from "@aws-sdk/client-s3";
import type { ChecksumName } from "../checksums.ts";

/** Bytes on disk: one file, written once. */
export interface Blob {
  readonly id: string;
  readonly sizeBytes: number;
}

export interface StoredChecksum {
  readonly algorithm: ChecksumName;
  /** Base64; composite ones end in -N. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** Headers that come back as they were sent. */
export interface ObjectHeaders {
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expires?: string | undefined;
  readonly websiteRedirectLocation?: string | undefined;
}

export interface ObjectEncryption {
  readonly algorithm: string;
  readonly kmsKeyId?: string | undefined;
  readonly bucketKey?: boolean | undefined;
}

/** What an object is, apart from its bytes and its place in the history. */
export interface ObjectFacts {
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly encryption: ObjectEncryption;
  readonly storageClass?: string | undefined;
}

export interface ObjectPart {
  readonly number: number;
  readonly sizeBytes: number;
  readonly checksum?: StoredChecksum | undefined;
}

/** The contents of a version: bytes with what identifies them. */
export interface ObjectContents {
  readonly blobs: readonly Blob[];
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum?: StoredChecksum | undefined;
  readonly parts?: readonly ObjectPart[] | undefined;
  /** The upload that made it, so that completing again is recognised. */
  readonly uploadId?: string | undefined;
}

interface Placed {
  readonly key: string;
  /** "null" for objects written while versioning was off or suspended. */
  readonly versionId: string;
  /** Grows with every write to the store; decides which version is the latest. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly lastModified: string;
}

export interface ObjectVersion extends Placed, ObjectFacts, ObjectContents {
  readonly deleteMarker?: undefined;
}

export interface DeleteMarker extends Placed {
  readonly deleteMarker: true;
}

export type VersionRecord = ObjectVersion | DeleteMarker;

export interface UploadRecord {
  readonly uploadId: string;
  readonly key: string;
  readonly initiated: string;
  readonly facts: ObjectFacts;
  readonly checksumAlgorithm?: ChecksumName | undefined;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE" | undefined;
}

export interface PartRecord {
  readonly number: number;
  readonly blob: Blob;
  readonly etag: string;
  readonly lastModified: string;
  readonly checksum?: StoredChecksum | undefined;
}
