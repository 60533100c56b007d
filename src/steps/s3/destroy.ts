import { Lecture05Error } from "../../errors.ts";
import { untranslated } from "../../text.ts";
import type { DestroyOptions, DestroyOutcome, StepContext } from "../step.ts";
import { tearDown } from "../tear-down.ts";
import { bucketNameFor } from "./bucket-name.ts";
import { closedToWritersPolicy } from "./policies.ts";
import { storedData, type StoredData } from "./stored-data.ts";

const nothing: DestroyOutcome = { deleted: [], leftovers: [] };

/** Closes the bucket to writers, empties it, deletes it; or leaves it as it is when it was asked for. */
export async function destroyS3(ctx: StepContext, options: DestroyOptions): Promise<DestroyOutcome> {
  const { objectStorage } = ctx.ports;
  const bucket = bucketNameFor(ctx);
  if (!(await objectStorage.ownsBucket(ctx.stack, bucket))) return nothing;
  if (options.keepBucket) {
    const { uploads, logs, foreign } = await storedData(objectStorage, bucket);
    const objects = uploads.count + logs.count + foreign.count;
    const sizeBytes = uploads.sizeBytes + logs.sizeBytes + foreign.sizeBytes;
    return { ...nothing, kept: [{ type: "s3:bucket", id: bucket, objects, sizeBytes }] };
  }
  return tearDown(ctx, [
    {
      type: "s3:bucket",
      id: bucket,
      remove: async () => {
        if (!(await objectStorage.closeBucket(bucket, closedToWritersPolicy(bucket, ctx.region)))) return "absent";
        // Asked before; but what came between the question and the closing was nobody's to agree to.
        if (!options.deleteData) refuseForeign(await storedData(objectStorage, bucket));
        await objectStorage.emptyBucket(bucket, { onBatch: (deleted) => tellDeleted(ctx, bucket, deleted) });
        return objectStorage.deleteBucket(bucket);
      },
    },
  ]);
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
