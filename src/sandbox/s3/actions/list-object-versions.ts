import {
  ListObjectVersions$,
  type DeleteMarkerEntry,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion as ListedVersion,
  type ObjectVersionStorageClass,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { quoted } from "../etag.ts";
import { invalidArgument } from "../errors.ts";
import { encoder, pageSize, takePage, walk, type Entry } from "../listing.ts";
import { ownerOf } from "../owner.ts";
import type { ObjectIndex } from "../store/object-index.ts";
import type { VersionRecord } from "../store/records.ts";
import { sequenceOf } from "../store/version-id.ts";

type Item = { readonly record: VersionRecord } | { readonly prefix: string };

export const listObjectVersions = action(ListObjectVersions$, (input: ListObjectVersionsCommandInput, ctx) => {
  const { Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker = "" } = input;
  if (VersionIdMarker !== "" && KeyMarker === "") {
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      VersionIdMarker,
    );
  }
  const context = { "s3:prefix": Prefix, "s3:delimiter": input.Delimiter, "s3:max-keys": input.MaxKeys };
  const bucket = openBucket(ctx, input, { permission: "ListBucketVersions", context });
  const { index } = bucket;
  const encode = encoder(input.EncodingType);
  const owner = ownerOf(ctx.world.account);
  const maxKeys = pageSize(input.MaxKeys);

  const entries = walk(index, { prefix: Prefix, delimiter: Delimiter, after: KeyMarker });
  const rest = restOf(index, KeyMarker, VersionIdMarker);
  const { page, isTruncated } = takePage(items(index, rest, entries), maxKeys);
  const last = page.at(-1);

  const Versions: ListedVersion[] = [];
  const DeleteMarkers: DeleteMarkerEntry[] = [];
  for (const item of page) {
    if (!("record" in item)) continue;
    const { record } = item;
    const common = {
      Key: encode(record.key),
      VersionId: record.versionId,
      IsLatest: index.latest(record.key) === record,
      LastModified: new Date(record.lastModified),
      Owner: owner,
    };
    if (record.deleteMarker) DeleteMarkers.push(common);
    else {
      Versions.push({
        ...common,
        ETag: quoted(record.etag),
        Size: record.sizeBytes,
        StorageClass: (record.storageClass ?? "STANDARD") as ObjectVersionStorageClass,
      });
    }
  }
  const next = !isTruncated || !last ? undefined : "record" in last ? last.record : { key: last.prefix };
  return {
    Name: bucket.config.name,
    Prefix: encode(Prefix),
    Delimiter: Delimiter === "" ? undefined : encode(Delimiter),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker,
    MaxKeys: maxKeys,
    EncodingType: input.EncodingType,
    IsTruncated: isTruncated,
    NextKeyMarker: next && encode(next.key),
    NextVersionIdMarker: next && "versionId" in next ? next.versionId : undefined,
    Versions,
    DeleteMarkers,
    CommonPrefixes: page.flatMap((item) => ("prefix" in item ? [{ Prefix: encode(item.prefix) }] : [])),
  } satisfies Partial<ActionOutput<ListObjectVersionsCommandOutput>>;
});

function* items(index: ObjectIndex, rest: readonly VersionRecord[], entries: Iterable<Entry>): Generator<Item> {
  for (const record of rest) yield { record };
  for (const entry of entries) {
    if (entry.kind === "prefix") yield { prefix: entry.prefix };
    else for (const record of index.versionsOf(entry.key)) yield { record };
  }
}

/** The marker key's versions behind the marker version, also when that one was deleted since the last page. */
function restOf(index: ObjectIndex, key: string, versionId: string): readonly VersionRecord[] {
  if (versionId === "") return [];
  const sequence = index.find(key, versionId)?.sequence ?? sequenceOf(versionId);
  const versions = index.versionsOf(key);
  return sequence === undefined ? versions : versions.filter((record) => record.sequence < sequence);
}
