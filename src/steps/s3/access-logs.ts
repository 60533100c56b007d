import { alb } from "../alb.ts";
import { inWords } from "../../observed.ts";
import type { LogPlace } from "../../ports/object-storage.ts";
import type { Change, StepContext } from "../step.ts";
import { accessLogsPolicy, albPrefix, expiryDays, s3Prefix } from "./access-logs-policy.ts";
import { bucketNameFor, logsBucketNameFor } from "./bucket-name.ts";
import { samePolicy } from "./policies.ts";

// Both logs go to a bucket of their own, and not below logs/ in the stack's: the hosts' role may read and delete there,
// and whoever gets hold of a host is not to write its own history; a bucket that logs its requests into itself grows
// with each delivery; and only where nothing but logs lies may a rule delete everything after a month.
//
// Switched on in this step, not in alb: the bucket comes only now.

/** A policy just put is known everywhere within seconds, on a bad day within a minute. */
const letInTimeoutMs = 90_000;

export const albLogPlace = (logsBucket: string): LogPlace => ({ bucket: logsBucket, prefix: albPrefix });
export const s3LogPlace = (logsBucket: string): LogPlace => ({ bucket: logsBucket, prefix: s3Prefix });

/** Notes the logs' bucket, and whether something is logged into it. */
export async function adoptAccessLogs(ctx: StepContext): Promise<boolean> {
  const logsBucket = logsBucketNameFor(ctx);
  if (!(await ctx.ports.objectStorage.ownsBucket(ctx.stack, logsBucket))) return false;
  await ctx.record.found("s3:bucket", resourceName, logsBucket);
  const logging = await observeLogging(ctx, bucketNameFor(ctx));
  return logging.alb?.bucket === logsBucket || logging.s3?.bucket === logsBucket;
}

const resourceName = "access-logs";

/** What was asked for; else what the state says; without one, what stands. */
export async function wantsAccessLogs(ctx: StepContext, recorded: boolean | undefined): Promise<boolean> {
  return (
    ctx.settings.accessLogs ?? recorded ?? (await ctx.ports.objectStorage.ownsBucket(ctx.stack, logsBucketNameFor(ctx)))
  );
}

type Setting = "public access block" | "encryption" | "expiry" | "bucket policy";

const setters: Record<Setting, (ctx: StepContext, logsBucket: string) => Promise<void>> = {
  "public access block": ({ ports }, logsBucket) => ports.objectStorage.blockPublicAccess(logsBucket),
  // With S3's own keys: the only encryption that load balancing can write with.
  encryption: ({ ports }, logsBucket) => ports.objectStorage.enableEncryption(logsBucket),
  expiry: ({ ports }, logsBucket) => ports.objectStorage.expireAfter(logsBucket, expiryDays),
  "bucket policy": (ctx, logsBucket) => ctx.ports.objectStorage.putBucketPolicy(logsBucket, accessLogsPolicy(ctx)),
};

async function differingSettings(ctx: StepContext, logsBucket: string): Promise<Setting[]> {
  const { objectStorage } = ctx.ports;
  const [settings, days, policy] = await Promise.all([
    objectStorage.bucketSettings(logsBucket),
    objectStorage.findExpiryDays(logsBucket),
    objectStorage.findBucketPolicy(logsBucket),
  ]);
  const differs: Record<Setting, boolean> = {
    "public access block": !settings.publicAccessBlocked,
    encryption: !settings.encrypted,
    expiry: days !== expiryDays,
    "bucket policy": !samePolicy(policy, accessLogsPolicy(ctx)),
  };
  return (Object.keys(differs) as Setting[]).filter((setting) => differs[setting]);
}

interface Logging {
  /** Undefined while there is no load balancer. */
  readonly loadBalancerArn: string | undefined;
  readonly alb: LogPlace | undefined;
  readonly s3: LogPlace | undefined;
}

/** What is logged now, and where to. */
export async function observeLogging(ctx: StepContext, bucket: string): Promise<Logging> {
  const { loadBalancing, objectStorage } = ctx.ports;
  const loadBalancerArn = ctx.findOutput(alb)?.loadBalancerArn;
  const [ofAlb, ofS3] = await Promise.all([
    loadBalancerArn === undefined ? undefined : loadBalancing.findAccessLog(loadBalancerArn),
    objectStorage.findAccessLog(bucket),
  ]);
  return { loadBalancerArn, alb: ofAlb, s3: ofS3 };
}

const samePlace = (one: LogPlace | undefined, other: LogPlace): boolean =>
  one?.bucket === other.bucket && one.prefix === other.prefix;

const onReason = { en: "access logs on", ja: "アクセスログを有効化" };
const offReason = { en: "access logs off", ja: "アクセスログを無効化" };

/** `recorded`: what the state says; where it never said that they are on, nothing has to be looked for to be off. */
export async function planAccessLogs(ctx: StepContext, recorded: boolean | undefined): Promise<Change[]> {
  const wanted = await wantsAccessLogs(ctx, recorded);
  if (!wanted && recorded !== true) return [];
  const bucket = bucketNameFor(ctx);
  const logsBucket = logsBucketNameFor(ctx);
  const logging = await observeLogging(ctx, bucket);
  const changes: Change[] = [];
  const update = (subject: string, reason: Change["reason"]): void =>
    void changes.push({ action: "update", subject, ...(reason ? { reason } : {}) });
  if (!wanted) {
    if (logging.alb?.bucket === logsBucket) update("elbv2:load-balancer load-balancer", offReason);
    if (logging.s3?.bucket === logsBucket) update(`s3:bucket ${bucket}`, offReason);
    return changes;
  }
  if (!(await ctx.ports.objectStorage.findBucket(ctx.stack, logsBucket))) {
    const reason = {
      en: `access logs, deleted after ${expiryDays} days; S3 charges for what they take, some cents a month`,
      ja: `アクセスログ。${expiryDays} 日後に自動削除。保存量に応じて S3 の料金 (月に数セント程度)`,
    };
    changes.push({ action: "create", subject: `s3:bucket ${logsBucket}`, reason });
  } else {
    for (const setting of await differingSettings(ctx, logsBucket)) {
      update(`s3:bucket ${logsBucket}`, inWords(setting));
    }
  }
  if (!samePlace(logging.alb, albLogPlace(logsBucket))) update("elbv2:load-balancer load-balancer", onReason);
  if (!samePlace(logging.s3, s3LogPlace(logsBucket))) update(`s3:bucket ${bucket}`, onReason);
  return changes;
}

/** Switches both logs on or off; returns which. What they wrote stays until it expires or the stack goes. */
export async function applyAccessLogs(ctx: StepContext, recorded: boolean | undefined): Promise<boolean> {
  const wanted = await wantsAccessLogs(ctx, recorded);
  const bucket = bucketNameFor(ctx);
  const logsBucket = logsBucketNameFor(ctx);
  if (!wanted) {
    if (recorded === true || ctx.settings.accessLogs === false) await stopLogging(ctx, await loadBalancersOf(ctx));
    return false;
  }
  ctx.progress({
    en: `switching on access logs into bucket ${logsBucket}`,
    ja: `アクセスログをバケット ${logsBucket} に保存するよう設定しています`,
  });
  await ensureLogsBucket(ctx, logsBucket);
  const { loadBalancing, objectStorage } = ctx.ports;
  const { loadBalancerArn } = ctx.output(alb);
  const logging = await observeLogging(ctx, bucket);
  if (!samePlace(logging.s3, s3LogPlace(logsBucket))) await objectStorage.setAccessLog(bucket, s3LogPlace(logsBucket));
  if (!samePlace(logging.alb, albLogPlace(logsBucket))) {
    await loadBalancing.setAccessLog(loadBalancerArn, albLogPlace(logsBucket), letInTimeoutMs);
  }
  return true;
}

async function ensureLogsBucket(ctx: StepContext, logsBucket: string): Promise<void> {
  const { objectStorage } = ctx.ports;
  const resource = { type: "s3:bucket", name: resourceName } as const;
  if (await objectStorage.findBucket(ctx.stack, logsBucket)) {
    await ctx.record.found(resource.type, resource.name, logsBucket);
  } else {
    const { expiresAt } = ctx.settings;
    const identity = { stack: ctx.stack, step: "s3", name: resource.name, expiresAt } as const;
    await ctx.record.create(
      resource,
      () => objectStorage.createBucket(identity, logsBucket),
      (made) => made.name,
    );
  }
  for (const setting of await differingSettings(ctx, logsBucket)) await setters[setting](ctx, logsBucket);
}

async function loadBalancersOf({ ports, stack }: StepContext): Promise<string[]> {
  return (await ports.loadBalancing.findAllOf(stack)).loadBalancers.map(({ arn }) => arn);
}

/** Before the logs' bucket goes, so that nothing is on its way to it any more. What logs to elsewhere is left alone. */
export async function stopLogging(ctx: StepContext, loadBalancerArns: readonly string[]): Promise<void> {
  const { loadBalancing, objectStorage } = ctx.ports;
  const bucket = bucketNameFor(ctx);
  const logsBucket = logsBucketNameFor(ctx);
  for (const arn of loadBalancerArns) {
    const place = await loadBalancing.findAccessLog(arn);
    if (place?.bucket === logsBucket) await loadBalancing.setAccessLog(arn, undefined, 0);
  }
  if (!(await objectStorage.ownsBucket(ctx.stack, bucket))) return;
  const place = await objectStorage.findAccessLog(bucket);
  if (place?.bucket === logsBucket) await objectStorage.setAccessLog(bucket, undefined);
}

export const stopAllLogging = async (ctx: StepContext): Promise<void> => stopLogging(ctx, await loadBalancersOf(ctx));
