import { matchesEtag } from "./etag.ts";
import { noSuchKey, notImplemented, notModified, preconditionFailed } from "./errors.ts";
import type { Precondition } from "./store/bucket.ts";
import type { ObjectVersion } from "./store/records.ts";

export interface ReadConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: Date | undefined;
  IfUnmodifiedSince?: Date | undefined;
}

/** RFC 7232: an entity tag, when given, decides before a date does. */
export function checkRead(input: ReadConditions, version: ObjectVersion, unmet: () => Error = notModified): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = input;
  // HTTP dates have no milliseconds.
  const modified = Math.floor(Date.parse(version.lastModified) / 1000);
  const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);
  if (IfMatch !== undefined) {
    if (!matchesEtag(IfMatch, version.etag)) throw preconditionFailed("If-Match");
  } else if (IfUnmodifiedSince && modified > secondsOf(IfUnmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (IfNoneMatch !== undefined) {
    if (matchesEtag(IfNoneMatch, version.etag)) throw unmet();
  } else if (IfModifiedSince && modified <= secondsOf(IfModifiedSince)) throw unmet();
}

/** Conditional writes: create only (`If-None-Match: *`), or replace exactly this object (`If-Match`). */
export function writeCondition(
  key: string,
  input: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): Precondition {
  const { IfMatch, IfNoneMatch } = input;
  if (IfNoneMatch !== undefined && IfNoneMatch.trim() !== "*") throw notImplemented("If-None-Match");
  return (latest) => {
    const current = latest?.deleteMarker ? undefined : latest;
    if (IfNoneMatch !== undefined && current) throw preconditionFailed("If-None-Match");
    if (IfMatch === undefined) return;
    if (!current) throw noSuchKey(key);
    if (!matchesEtag(IfMatch, current.etag)) throw preconditionFailed("If-Match");
  };
}
