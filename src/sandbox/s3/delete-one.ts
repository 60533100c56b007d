import type { ActionContext } from "../wire/action.ts";
import { demand } from "./access.ts";
import { matchesEtag } from "./etag.ts";
import { preconditionFailed } from "./errors.ts";
import { checkVersionId, versionIdOf, versionPermission } from "./find-version.ts";
import { checkKey } from "./object-facts.ts";
import type { Bucket, Precondition } from "./store/bucket.ts";

export interface Deleted {
  /** The version that went, or the marker that came. */
  readonly versionId: string | undefined;
  /** True when what went or came is a delete marker. */
  readonly deleteMarker: boolean | undefined;
}

/** Deletes one object or version as DeleteObject and DeleteObjects do. What is not there is deleted already. */
export async function deleteOne(
  ctx: ActionContext,
  bucket: Bucket,
  target: { Key?: string | undefined; VersionId?: string | undefined; ETag?: string | undefined },
): Promise<Deleted> {
  const key = checkKey(target.Key);
  const { VersionId: versionId, ETag: etag } = target;
  const context = { "s3:VersionId": versionId };
  demand(ctx, bucket, { permission: versionPermission("DeleteObject", versionId), key, context });
  const check: Precondition = (record) => {
    if (etag === undefined || !record || record.deleteMarker) return;
    if (!matchesEtag(etag, record.etag)) throw preconditionFailed("If-Match");
  };
  if (versionId === undefined) {
    const marker = await bucket.deleteLatest(key, check);
    return { versionId: marker && versionIdOf(bucket, marker), deleteMarker: marker && true };
  }
  checkVersionId(versionId);
  const record = await bucket.deleteVersion(key, versionId, check);
  return { versionId, deleteMarker: record?.deleteMarker };
}
