import { AwsError, type ActionContext } from "../wire/action.ts";
import { demand, permits } from "./access.ts";
import { accessDenied, invalidArgument, noSuchKey, noSuchVersion } from "./errors.ts";
import type { Bucket } from "./store/bucket.ts";
import type { ObjectVersion, VersionRecord } from "./store/records.ts";
import { isVersionId } from "./store/version-id.ts";

/** The permission for the latest version, and the one for a version by its id, are two: GetObject, GetObjectVersion. */
export function versionPermission(permission: string, versionId: string | undefined): string {
  return versionId === undefined ? permission : permission.replace("Object", "ObjectVersion");
}

/** Finds what may be read. Whoever may not list the bucket is not told that there is no such key. */
export function findVersion(
  ctx: ActionContext,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  permission = "GetObject",
): ObjectVersion {
  demand(ctx, bucket, {
    permission: versionPermission(permission, versionId),
    key,
    context: { "s3:VersionId": versionId },
  });
  const record = recordOf(bucket, key, versionId);
  if (record && !record.deleteMarker) return record;
  if (!permits(ctx, bucket, { permission: versionId === undefined ? "ListBucket" : "ListBucketVersions" })) {
    throw accessDenied();
  }
  if (versionId === undefined) throw noSuchKey(key);
  if (!record) throw noSuchVersion(key, versionId);
  throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, {
    Method: ctx.request.method,
    ResourceType: "DeleteMarker",
  });
}

export function recordOf(bucket: Bucket, key: string, versionId: string | undefined): VersionRecord | undefined {
  if (versionId === undefined) return bucket.index.latest(key);
  checkVersionId(versionId);
  return bucket.index.find(key, versionId);
}

export function checkVersionId(versionId: string): void {
  if (versionId !== "null" && !isVersionId(versionId)) {
    throw invalidArgument("Invalid version id specified", "versionId", versionId);
  }
}

/** Answers name a version only in buckets that keep versions, or did. */
export function versionIdOf(bucket: Bucket, record: VersionRecord): string | undefined {
  return bucket.config.versioning === undefined ? undefined : record.versionId;
}
