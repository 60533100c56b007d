import { Lecture05Error } from "../../errors.ts";
import { untranslated } from "../../text.ts";
import type { DestroyOptions, DestroyOutcome, Kept, StepContext } from "../step.ts";
import { tearDown, type Removal } from "../tear-down.ts";
import { together } from "../together.ts";
import { accessLogPrefixes } from "./access-logs-policy.ts";
import { stopAllLogging } from "./access-logs.ts";
import { bucketNameFor, logsBucketNameFor } from "./bucket-name.ts";
import { closedToWritersPolicy } from "./policies.ts";
import { storedData, type StoredData } from "./stored-data.ts";

/**
 * Closes the bucket to writers, empties it, deletes it; or leaves it as it is when it was asked for. The access logs'
 * bucket goes the same way, after what logs into it was told to stop.
 */
export async function destroyS3(ctx: StepContext, options: DestroyOptions): Promise<DestroyOutcome> {
  const { objectStorage } = ctx.ports;
  const bucket = bucketNameFor(ctx);
  const logsBucket = logsBucketNameFor(ctx);
  const [isOurs, hasLogs] = await together([
    objectStorage.ownsBucket(ctx.stack, bucket),
    objectStorage.ownsBucket(ctx.stack, logsBucket),
  ]);
  const kept = isOurs && options.keepBucket ? [await keptBucket(ctx, bucket)] : [];
  const removals: Removal[] = [];
  // Its last requests are nobody's to log; and a bucket that is kept must not go on logging into one that is gone.
  const quiet = hasLogs ? await stopLoggingQuietly(ctx) : [];
  if (isOurs && !options.keepBucket) removals.push(removalOf(ctx, bucket, options));
  if (hasLogs) removals.push(removalOf(ctx, logsBucket, options, accessLogPrefixes));
  const outcome = await tearDown(ctx, removals);
  return { ...outcome, kept, failures: [...quiet, ...(outcome.failures ?? [])] };
}

async function keptBucket({ ports }: StepContext, bucket: string): Promise<Kept> {
  const { uploads, logs, foreign } = await storedData(ports.objectStorage, bucket);
  const objects = uploads.count + logs.count + foreign.count;
  const sizeBytes = uploads.sizeBytes + logs.sizeBytes + foreign.sizeBytes;
  return { type: "s3:bucket", id: bucket, objects, sizeBytes };
}

/** What cannot be switched off writes into a closed bucket; the deletions tell whether something is left of it. */
async function stopLoggingQuietly(ctx: StepContext): Promise<unknown[]> {
  try {
    await stopAllLogging(ctx);
    return [];
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    return [error];
  }
}

/** Closed, emptied and deleted. `ownPrefixes`: what keys begin with that are ours to delete. */
export function removalOf(
  ctx: StepContext,
  bucket: string,
  options: DestroyOptions,
  ownPrefixes?: readonly string[],
): Removal {
  const { objectStorage } = ctx.ports;
  return {
    type: "s3:bucket",
    id: bucket,
    remove: async () => {
      if (!(await objectStorage.closeBucket(bucket, closedToWritersPolicy(bucket, ctx.region)))) return "absent";
      // Asked before; but what came between the question and the closing was nobody's to agree to.
      if (!options.deleteData) refuseForeign(await storedData(objectStorage, bucket, ownPrefixes));
      await objectStorage.emptyBucket(bucket, { onBatch: (deleted) => tellDeleted(ctx, bucket, deleted) });
      return objectStorage.deleteBucket(bucket);
    },
  };
}

async function tellDeleted(ctx: StepContext, bucket: string, deleted: number): Promise<void> {
  ctx.progress({
    en: `deleting s3:bucket ${bucket}: ${deleted} object versions so far`,
    ja: `s3:bucket ${bucket} を削除しています: オブジェクトのバージョン ${deleted} 件`,
  });
  // A bucket may hold millions; after a Ctrl-C the batch in flight is the last.
  if (ctx.signal.aborted) await ctx.clock.sleep(0);
}

function refuseForeign({ foreign }: StoredData): void {
  if (foreign.count === 0) return;
  const keys = foreign.examples.join(", ");
  throw new Lecture05Error("DECLINED", {
    what: {
      en: `It holds ${foreign.count} ${foreign.count === 1 ? "object" : "objects"} that neither the application nor the hosts put there`,
      ja: `アプリケーションとホスト以外が保存したオブジェクトが ${foreign.count} 個あります`,
    },
    why: untranslated(keys),
    next: ["lecture05 destroy --delete-data", "lecture05 destroy --keep-bucket"],
  });
}
