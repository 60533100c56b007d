import { z } from "zod";
import { inWords } from "../observed.ts";
import { installBackup } from "../remote/backup.ts";
import { breakBackup } from "./backup/break.ts";
import { differingSettings, ensureBackupBucket, mayWrite } from "./backup/bucket.ts";
import { destroyBackup } from "./backup/destroy.ts";
import { backupImage, beginHostImage, hostImages, keepHostImage, lacksImage } from "./backup/host-image.ts";
import { newestManifest } from "./backup/manifest.ts";
import { backupPolicyName, hostBackupPolicy } from "./backup/policies.ts";
import { imagesKept, retentionDays } from "./backup/settings.ts";
import { takeBackupNow } from "./backup/take.ts";
import { checkContents, isYoung, verifyBackup } from "./backup/verify.ts";
import { ec2 } from "./ec2.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import { backupBucketNameFor } from "./s3/bucket-name.ts";
import type { Change, Step, StepContext } from "./step.ts";

const outputSchema = z.object({ bucket: z.string() });

/**
 * Rows and pictures once a day into a bucket of their own, which stays when the stack goes; and images of the host, which
 * go with it.
 */
export const backup: Step<z.infer<typeof outputSchema>> = {
  name: "backup",
  title: { en: "Backups in S3, once a day", ja: "S3 への毎日のバックアップ" },
  requires: ["s3"],
  output: outputSchema,

  scripts: async (ctx) => [installBackup({ bucket: backupBucketNameFor(ctx) })],

  isThere: ({ stack, ports, ...place }) =>
    ports.objectStorage.ownsBucket(stack, backupBucketNameFor({ stack, ...place })),

  async requireNames(ctx) {
    await ctx.ports.objectStorage.findBucket(ctx.stack, backupBucketNameFor(ctx));
  },

  async adopt(ctx) {
    const bucket = backupBucketNameFor(ctx);
    if (!(await ctx.ports.objectStorage.findBucket(ctx.stack, bucket))) return undefined;
    await ctx.record.found("s3:bucket", "backup", bucket);
    const [image] = await hostImages(ctx);
    if (image) await ctx.record.found("ec2:image", backupImage.name, image.id);
    return (await bearsMark(ctx, "backup")) ? { bucket } : undefined;
  },

  async plan(ctx) {
    const { objectStorage } = ctx.ports;
    const bucket = backupBucketNameFor(ctx);
    const changes: Change[] = [];
    if (!(await objectStorage.findBucket(ctx.stack, bucket))) {
      const reason = {
        en: `backups, each kept for ${retentionDays} days; S3 charges for what they take, some cents a month`,
        ja: `バックアップ。${retentionDays} 日間保持。保存量に応じて S3 の料金 (月に数セント程度)`,
      };
      changes.push({ action: "create", subject: `s3:bucket ${bucket}`, reason });
    } else {
      for (const setting of await differingSettings(ctx, bucket)) {
        changes.push({ action: "update", subject: `s3:bucket ${bucket}`, reason: inWords(setting) });
      }
    }
    if (!(await mayWrite(ctx, bucket))) changes.push({ action: "update", subject: "iam:role host" });
    changes.push(...(await hostScriptsPlan(ctx, "backup", await backup.scripts(ctx))));
    if (await lacksImage(ctx)) changes.push({ action: "create", subject: "ec2:image host", reason: imageReason });
    return changes;
  },

  async apply(ctx) {
    const { identity } = ctx.ports;
    const { hosts, roleName } = ctx.output(ec2);
    const bucket = backupBucketNameFor(ctx);
    ctx.progress({ en: `preparing bucket ${bucket}`, ja: `バケット ${bucket} を準備しています` });
    await ensureBackupBucket(ctx, bucket);
    if (!(await mayWrite(ctx, bucket))) {
      await identity.putInlinePolicy(roleName, backupPolicyName, hostBackupPolicy(bucket, ctx.region));
    }
    await runOnHosts(ctx, "backup", hosts, await backup.scripts(ctx));
    // Its disk is copied while the backup is taken.
    const image = await beginHostImage(ctx);
    if (!(await isBackedUp(ctx, bucket))) await takeBackupNow(ctx);
    await keepHostImage(ctx, image);
    return { bucket };
  },

  verify: verifyBackup,
  breakAndRestore: breakBackup,
  modules: async () => [],
  destroy: destroyBackup,
};

const imageReason = {
  en: `the disk as it is now; the last ${imagesKept} stay, EC2 charges for what is on them, some cents a month`,
  ja: `現在のディスクの内容。最新 ${imagesKept} 個を保持。保存量に応じて EC2 の料金 (月に数セント程度)`,
};

/** By a backup that is young and whole. One that an earlier stack of this name has left is not of this one. */
async function isBackedUp(ctx: StepContext, bucket: string): Promise<boolean> {
  const newest = await newestManifest(ctx.ports.objectStorage, bucket).catch(() => undefined);
  if (!newest || !isYoung(newest, ctx.clock.now())) return false;
  if (!ctx.output(ec2).hosts.some(({ instanceId }) => instanceId === newest.host)) return false;
  return (await checkContents(ctx, bucket, newest)).every(({ ok }) => ok);
}
