import type { ActionContext } from "../wire/action.ts";
import { openBucket } from "./access.ts";
import { checkRead, type ReadConditions } from "./conditions.ts";
import { invalidArgument, preconditionFailed } from "./errors.ts";
import { findVersion, versionIdOf } from "./find-version.ts";
import type { Bucket } from "./store/bucket.ts";
import type { ObjectVersion } from "./store/records.ts";

export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  readonly versionId: string | undefined;
}

interface CopyInput {
  CopySource?: string | undefined;
  ExpectedSourceBucketOwner?: string | undefined;
  CopySourceIfMatch?: string | undefined;
  CopySourceIfNoneMatch?: string | undefined;
  CopySourceIfModifiedSince?: Date | undefined;
  CopySourceIfUnmodifiedSince?: Date | undefined;
}

/** `/bucket/key?versionId=…`, percent-encoded, with or without the first slash. */
export function openCopySource(ctx: ActionContext, input: CopyInput): CopySource {
  const text = input.CopySource ?? "";
  const [, path = "", versionId] = /^\/?(.*?)(?:\?versionId=([^&]*))?$/s.exec(text) ?? [];
  const [, name = "", key = ""] = /^([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (name === "") throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", text);
  const bucket = openBucket(ctx, { Bucket: name, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
  const version = findVersion(ctx, bucket, key, versionId);
  const conditions: ReadConditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  // A copy that is not made is a failure, where a GET would be "not modified".
  checkRead(conditions, version, () => preconditionFailed("x-amz-copy-source-If-None-Match"));
  return { bucket, version, versionId: versionIdOf(bucket, version) };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path.replaceAll("+", "%20"));
  } catch {
    throw invalidArgument("Invalid copy source encoding", "x-amz-copy-source", path);
  }
}
