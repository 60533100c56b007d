import type { ObjectStorageClass, _Object } from "@aws-sdk/client-s3";
import type { ActionContext } from "../wire/action.ts";
import { quoted } from "./etag.ts";
import { encoder, nameOf, pageSize, takePage, walk } from "./listing.ts";
import { ownerOf } from "./owner.ts";
import type { Bucket } from "./store/bucket.ts";

interface Listed {
  readonly maxKeys: number;
  readonly count: number;
  readonly isTruncated: boolean;
  /** The last key or common prefix of the page; "" when the page is empty. */
  readonly last: string;
  readonly commonPrefixes: { Prefix: string }[];
  readonly encode: (text: string) => string;
  contents(options: { withOwner: boolean }): _Object[];
}

/** One page of the objects that are there now, for both versions of ListObjects. */
export function listLatest(
  ctx: ActionContext,
  bucket: Bucket,
  input: {
    Prefix?: string | undefined;
    Delimiter?: string | undefined;
    MaxKeys?: number | undefined;
    EncodingType?: string | undefined;
  },
  after: string,
): Listed {
  const { index } = bucket;
  const encode = encoder(input.EncodingType);
  const maxKeys = pageSize(input.MaxKeys);
  const isVisible = (key: string): boolean => index.latest(key)?.deleteMarker === undefined;
  const entries = walk(index, { prefix: input.Prefix ?? "", delimiter: input.Delimiter ?? "", after, isVisible });
  const { page, isTruncated } = takePage(entries, maxKeys);
  const last = page.at(-1);
  return {
    maxKeys,
    count: page.length,
    isTruncated,
    last: last ? nameOf(last) : "",
    encode,
    commonPrefixes: page.flatMap((entry) => (entry.kind === "prefix" ? [{ Prefix: encode(entry.prefix) }] : [])),
    contents: ({ withOwner }) =>
      page.flatMap((entry) => {
        const version = entry.kind === "key" ? index.latest(entry.key) : undefined;
        if (!version || version.deleteMarker) return [];
        return {
          Key: encode(version.key),
          LastModified: new Date(version.lastModified),
          ETag: quoted(version.etag),
          Size: version.sizeBytes,
          StorageClass: (version.storageClass ?? "STANDARD") as ObjectStorageClass,
          ...(version.checksum
            ? { ChecksumAlgorithm: [version.checksum.algorithm], ChecksumType: version.checksum.type }
            : {}),
          ...(withOwner ? { Owner: ownerOf(ctx.world.account) } : {}),
        };
      }),
  };
}
