import type { ObjectIdentifier, S3Client, _Error as DeleteError } from "@aws-sdk/client-s3";
import { Lecture05Error } from "../../errors.ts";
import type { EmptyOptions } from "../../ports/object-storage.ts";
import { untranslated } from "../../text.ts";
import { isAwsError } from "../translate-error.ts";
import type { AdapterOptions } from "../wait.ts";
import { abortUploads } from "./abort-uploads.ts";

export interface EmptyContext extends Pick<AdapterOptions, "clock"> {
  readonly s3: S3Client;
}

/** Log shippers write on for a moment after a bucket was emptied (terraform#1977): look again, but not for ever. */
const maximumRounds = 12;
const longestPauseMs = 10_000;
/** DeleteObjects reports these per object, and the SDK does not retry them. */
const transient = new Set(["InternalError", "SlowDown", "ServiceUnavailable"]);

interface Place {
  readonly Bucket: string;
  readonly Prefix?: string;
}

/**
 * Deletes every version and delete marker and aborts every upload, of the whole bucket or under one prefix; returns how
 * many versions and markers went.
 */
export async function emptyBucket(
  { s3, clock }: EmptyContext,
  bucket: string,
  { prefix, onBatch }: EmptyOptions = {},
): Promise<number> {
  const place: Place = { Bucket: bucket, ...(prefix ? { Prefix: prefix } : {}) };
  /** What may not be deleted, by key and version. */
  const refused = new Map<string, DeleteError>();
  let deleted = 0;
  try {
    for (let round = 1; ; round++) {
      await abortUploads(s3, place);
      let found = 0;
      let lastKey = "";
      for await (const page of listVersions(s3, place)) {
        const targets = page.filter((it) => !refused.has(nameOf(it)));
        found += targets.length;
        lastKey = targets.at(-1)?.Key ?? lastKey;
        deleted += await deleteBatch(s3, bucket, targets, refused);
        await onBatch?.(deleted);
      }
      if (found === 0) break;
      if (round >= maximumRounds) throw stillWritten(bucket, found, lastKey);
      // The first look is expected to find something; what later ones find was written or refused in between.
      if (round > 1) await clock.sleep(Math.min(500 * 2 ** round, longestPauseMs));
    }
  } catch (error) {
    if (!isAwsError(error, "NoSuchBucket")) throw error;
    return deleted;
  }
  if (refused.size > 0) throw notDeletable(bucket, [...refused.values()]);
  return deleted;
}

const nameOf = ({ Key = "", VersionId = "" }: ObjectIdentifier | DeleteError): string => `${VersionId} ${Key}`;

/** Pages of at most 1000, and so many DeleteObjects takes. Deleting what was listed does not disturb the markers. */
async function* listVersions(s3: S3Client, place: Place): AsyncGenerator<readonly ObjectIdentifier[], void, undefined> {
  const { ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (let isTruncated = true; isTruncated;) {
    const page = await s3.send(new ListObjectVersionsCommand({ ...place, ...marker }));
    yield [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
    isTruncated = page.IsTruncated === true;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

async function deleteBatch(
  s3: S3Client,
  bucket: string,
  objects: ObjectIdentifier[],
  refused: Map<string, DeleteError>,
): Promise<number> {
  if (objects.length === 0) return 0;
  const { DeleteObjectsCommand } = await import("@aws-sdk/client-s3");
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } });
  const { Errors: failures = [] } = await s3.send(command);
  for (const failure of failures) if (!transient.has(failure.Code ?? "")) refused.set(nameOf(failure), failure);
  return objects.length - failures.length;
}

function notDeletable(bucket: string, failures: readonly DeleteError[]): Lecture05Error {
  const [first] = failures;
  const why = `${first?.Code}: ${first?.Message} (${first?.Key}, ${first?.VersionId})`;
  const denied = failures.some(({ Code }) => Code === "AccessDenied");
  return new Lecture05Error(denied ? "ACCESS_DENIED" : "AWS_REQUEST_FAILED", {
    what: {
      en: `${failures.length} ${failures.length === 1 ? "object" : "objects"} in the bucket ${bucket} may not be deleted`,
      ja: `バケット ${bucket} の ${failures.length} 個のオブジェクトを削除できませんでした`,
    },
    why: untranslated(why),
    next: [
      {
        en: "Look for a bucket policy or an object lock that forbids deletion, then run the command again",
        ja: "削除を禁止するバケットポリシーやオブジェクトロックがないか確認し、もう一度実行してください",
      },
    ],
  });
}

function stillWritten(bucket: string, found: number, key: string): Lecture05Error {
  return new Lecture05Error("WAIT_TIMED_OUT", {
    what: {
      en: `The bucket ${bucket} does not stay empty`,
      ja: `バケット ${bucket} が空になりません`,
    },
    why: {
      en: `Emptied ${maximumRounds} times, and still there were ${found} objects, the last one ${key}: something writes into it`,
      ja: `${maximumRounds} 回空にしましたが、まだ ${found} 個あります (最後のキー: ${key})。何かが書き込みを続けています`,
    },
    next: [
      { en: "Stop what writes there, then run the command again", ja: "書き込み元を止めて、もう一度実行してください" },
    ],
  });
}
