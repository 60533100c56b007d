import type { HeadObjectCommandInput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { AwsError } from "../wire/action.ts";
import { memberOf, type ChecksumName } from "./checksums.ts";
import { quoted } from "./etag.ts";
import { versionIdOf } from "./find-version.ts";
import { encryptionMembers } from "./object-facts.ts";
import { rangeOf, type ByteRange } from "./range.ts";
import type { Bucket } from "./store/bucket.ts";
import type { ObjectVersion, StoredChecksum } from "./store/records.ts";

/** The members that carry a checksum in inputs and outputs. */
export type ChecksumMembers = { [Name in ChecksumName as `Checksum${Name}`]?: string };

export function checksumMembers(checksum: StoredChecksum | undefined): ChecksumMembers {
  return checksum ? { [memberOf(checksum.algorithm)]: checksum.value } : {};
}

type ReadInput = Omit<HeadObjectCommandInput, "Bucket" | "Key">;

export interface Selection extends ByteRange {
  readonly isPartial: boolean;
  readonly members: Omit<HeadObjectCommandOutput, "$metadata">;
}

/** What GetObject and HeadObject have in common: which bytes are meant, and all headers of the answer. */
export function select(bucket: Bucket, version: ObjectVersion, input: ReadInput): Selection {
  const part = partRange(version, input.PartNumber);
  const range = part ?? rangeOf(input.Range, version.sizeBytes);
  const { start, length } = range ?? { start: 0, length: version.sizeBytes };
  const { headers, checksum } = version;
  // A checksum covers the whole object, so it does not go with a part of it.
  const shown = input.ChecksumMode === "ENABLED" && length === version.sizeBytes ? checksum : undefined;
  return {
    start,
    length,
    isPartial: range !== undefined,
    members: {
      AcceptRanges: "bytes",
      LastModified: new Date(version.lastModified),
      ContentLength: length,
      ContentRange: range ? `bytes ${start}-${start + length - 1}/${version.sizeBytes}` : undefined,
      ETag: quoted(version.etag),
      VersionId: versionIdOf(bucket, version),
      ContentType: input.ResponseContentType ?? headers.contentType ?? "binary/octet-stream",
      CacheControl: input.ResponseCacheControl ?? headers.cacheControl,
      ContentDisposition: input.ResponseContentDisposition ?? headers.contentDisposition,
      ContentEncoding: input.ResponseContentEncoding ?? headers.contentEncoding,
      ContentLanguage: input.ResponseContentLanguage ?? headers.contentLanguage,
      Expires: input.ResponseExpires ?? (headers.expires === undefined ? undefined : new Date(headers.expires)),
      WebsiteRedirectLocation: headers.websiteRedirectLocation,
      Metadata: { ...version.metadata },
      StorageClass:
        version.storageClass === "STANDARD" ? undefined : (version.storageClass as "GLACIER_IR" | undefined),
      TagCount: version.tags.length || undefined,
      PartsCount: input.PartNumber === undefined ? undefined : version.parts?.length,
      ...encryptionMembers(version.encryption),
      ...checksumMembers(shown),
      ChecksumType: shown?.type,
    },
  };
}

function partRange(version: ObjectVersion, number: number | undefined): ByteRange | undefined {
  if (number === undefined) return undefined;
  const parts = version.parts ?? [{ number: 1, sizeBytes: version.sizeBytes }];
  const part = parts[number - 1];
  if (!part) throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
  const start = parts.slice(0, number - 1).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return part.sizeBytes === 0 ? undefined : { start, length: part.sizeBytes };
}
