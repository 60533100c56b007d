import { ListParts$, type ListPartsCommandInput, type ListPartsCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { quoted } from "../etag.ts";
import { findUpload } from "../find-upload.ts";
import { pageSize, takePage } from "../listing.ts";
import { checkKey } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";
import { ownerOf } from "../owner.ts";

export const listParts = action(ListParts$, (input: ListPartsCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input, { permission: "ListMultipartUploadParts", key });
  const { record, parts } = findUpload(bucket, key, input.UploadId);
  const marker = Number(input.PartNumberMarker ?? 0);
  const rest = [...parts.values()].filter(({ number }) => number > marker).sort((a, b) => a.number - b.number);
  const maxParts = pageSize(input.MaxParts, "max-parts");
  const { page, isTruncated } = takePage(rest, maxParts);
  const owner = ownerOf(ctx.world.account);
  return {
    Bucket: bucket.config.name,
    Key: key,
    UploadId: record.uploadId,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: maxParts,
    IsTruncated: isTruncated,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.lastModified),
      ETag: quoted(part.etag),
      Size: part.blob.sizeBytes,
      ...checksumMembers(part.checksum),
    })),
    Owner: owner,
    Initiator: owner,
    StorageClass: "STANDARD",
    ChecksumAlgorithm: record.checksumAlgorithm,
    ChecksumType: record.checksumType,
  } satisfies Partial<ActionOutput<ListPartsCommandOutput>>;
});
