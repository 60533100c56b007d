import {
  GetObjectAttributes$,
  type GetObjectAttributesCommandInput,
  type GetObjectAttributesCommandOutput,
  type StorageClass,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { demand, openBucket } from "../access.ts";
import { findVersion, versionIdOf, versionPermission } from "../find-version.ts";
import { pageSize, takePage } from "../listing.ts";
import { checkKey } from "../object-facts.ts";
import { checksumMembers } from "../object-output.ts";

export const getObjectAttributes = action(GetObjectAttributes$, (input: GetObjectAttributesCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input);
  demand(ctx, bucket, { permission: versionPermission("GetObjectAttributes", input.VersionId), key });
  const version = findVersion(ctx, bucket, key, input.VersionId);
  const wanted = new Set<string>(input.ObjectAttributes);
  const { checksum, parts } = version;
  const maxParts = pageSize(input.MaxParts, "max-parts");
  const marker = Number(input.PartNumberMarker ?? 0);
  const { page, isTruncated } = takePage(
    (parts ?? []).filter(({ number }) => number > marker),
    maxParts,
  );
  const listed = {
    TotalPartsCount: parts?.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: maxParts,
    IsTruncated: isTruncated,
    // S3 lists single parts only where they have checksums.
    Parts: checksum
      ? page.map((part) => ({ PartNumber: part.number, Size: part.sizeBytes, ...checksumMembers(part.checksum) }))
      : undefined,
  };
  return {
    LastModified: new Date(version.lastModified),
    VersionId: versionIdOf(bucket, version),
    ETag: wanted.has("ETag") ? version.etag : undefined,
    ObjectSize: wanted.has("ObjectSize") ? version.sizeBytes : undefined,
    StorageClass: wanted.has("StorageClass") ? ((version.storageClass ?? "STANDARD") as StorageClass) : undefined,
    Checksum:
      wanted.has("Checksum") && checksum ? { ...checksumMembers(checksum), ChecksumType: checksum.type } : undefined,
    ObjectParts: wanted.has("ObjectParts") && parts ? listed : undefined,
  } satisfies Partial<ActionOutput<GetObjectAttributesCommandOutput>>;
});
