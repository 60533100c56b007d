import {
  ListMultipartUploads$,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { commonPrefix, encoder, pageSize, takePage } from "../listing.ts";
import { ownerOf } from "../owner.ts";
import { compareKeys } from "../store/key-order.ts";
import type { UploadRecord } from "../store/records.ts";

type Item = { readonly upload: UploadRecord } | { readonly prefix: string };

export const listMultipartUploads = action(ListMultipartUploads$, (input: ListMultipartUploadsCommandInput, ctx) => {
  const { Prefix = "", Delimiter = "", KeyMarker = "", UploadIdMarker = "" } = input;
  const bucket = openBucket(ctx, input, { permission: "ListBucketMultipartUploads" });
  const encode = encoder(input.EncodingType);
  const maxUploads = pageSize(input.MaxUploads, "max-uploads");
  const owner = ownerOf(ctx.world.account);
  const uploads = bucket.uploads
    .all()
    .map(({ record }) => record)
    .filter(({ key }) => key.startsWith(Prefix))
    .sort(inOrder)
    .filter((upload) => KeyMarker === "" || isBehind(upload, KeyMarker, UploadIdMarker));
  const { page, isTruncated } = takePage(rolledUp(uploads, Prefix, Delimiter, KeyMarker), maxUploads);
  const last = page.at(-1);
  const next = !isTruncated || !last ? undefined : "upload" in last ? last.upload : { key: last.prefix, uploadId: "" };
  return {
    Bucket: bucket.config.name,
    KeyMarker: encode(KeyMarker),
    UploadIdMarker,
    NextKeyMarker: next && encode(next.key),
    NextUploadIdMarker: next?.uploadId,
    Prefix: encode(Prefix),
    Delimiter: Delimiter === "" ? undefined : encode(Delimiter),
    MaxUploads: maxUploads,
    EncodingType: input.EncodingType,
    IsTruncated: isTruncated,
    Uploads: page.flatMap((item) =>
      "upload" in item
        ? [
            {
              UploadId: item.upload.uploadId,
              Key: encode(item.upload.key),
              Initiated: new Date(item.upload.initiated),
              StorageClass: "STANDARD" as const,
              Owner: owner,
              Initiator: owner,
              ChecksumAlgorithm: item.upload.checksumAlgorithm,
              ChecksumType: item.upload.checksumType,
            },
          ]
        : [],
    ),
    CommonPrefixes: page.flatMap((item) => ("prefix" in item ? [{ Prefix: encode(item.prefix) }] : [])),
  } satisfies Partial<ActionOutput<ListMultipartUploadsCommandOutput>>;
});

/** By key, then by id: a marker then needs no upload to be there still. */
function inOrder(a: UploadRecord, b: UploadRecord): number {
  if (a.key !== b.key) return compareKeys(a.key, b.key);
  return a.uploadId < b.uploadId ? -1 : 1;
}

function isBehind(upload: UploadRecord, key: string, uploadId: string): boolean {
  const order = compareKeys(upload.key, key);
  return order > 0 || (order === 0 && uploadId !== "" && upload.uploadId > uploadId);
}

function* rolledUp(
  uploads: readonly UploadRecord[],
  prefix: string,
  delimiter: string,
  marker: string,
): Generator<Item> {
  let seen: string | undefined = commonPrefix(marker, prefix, delimiter) === marker ? marker : undefined;
  for (const upload of uploads) {
    const common = commonPrefix(upload.key, prefix, delimiter);
    if (common === undefined) yield { upload };
    else if (common !== seen) yield { prefix: (seen = common) };
  }
}
