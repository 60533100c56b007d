import { z } from "zod";
import { configureS3 } from "../remote/configure-s3.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import { bucketNameFor } from "./s3/bucket-name.ts";
import { bucketPolicyFor, hostBucketPolicy, rolePolicyName, samePolicy } from "./s3/policies.ts";
import { destroyS3 } from "./s3/destroy.ts";
import { adoptAccessLogs, applyAccessLogs, planAccessLogs } from "./s3/access-logs.ts";
import { breakAccessLogs } from "./s3/break-access-logs.ts";
import { breakRole } from "./s3/break.ts";
import { verifyS3 } from "./s3/verify.ts";
import { roleNameOf } from "./ec2/observe.ts";
import { inWords } from "../observed.ts";
import type { Change, Step, StepContext } from "./step.ts";

const outputSchema = z.object({
  bucket: z.string(),
  /** The load balancer and the bucket log their requests. Absent in states that know nothing of it: they do not. */
  accessLogs: z.boolean().optional(),
});

export type S3Output = z.infer<typeof outputSchema>;

export const s3: Step<S3Output> = {
  name: "s3",
  title: { en: "S3 for pictures and logs", ja: "S3 を追加" },
  requires: ["alb"],
  output: outputSchema,

  async scripts(ctx) {
    return [configureS3({ bucket: bucketNameFor(ctx), region: ctx.region })];
  },

  async requireNames(ctx) {
    await ctx.ports.objectStorage.findBucket(ctx.stack, bucketNameFor(ctx));
  },

  async adopt(ctx) {
    const bucket = bucketNameFor(ctx);
    if (!(await ctx.ports.objectStorage.findBucket(ctx.stack, bucket))) return undefined;
    await ctx.record.found("s3:bucket", "bucket", bucket);
    const accessLogs = await adoptAccessLogs(ctx);
    return (await bearsMark(ctx, "s3")) ? { bucket, accessLogs } : undefined;
  },

  async plan(ctx) {
    const bucket = bucketNameFor(ctx);
    const changes: Change[] = [];
    if (!(await ctx.ports.objectStorage.findBucket(ctx.stack, bucket))) {
      changes.push({ action: "create", subject: `s3:bucket ${bucket}` });
    } else {
      for (const setting of await differingSettings(ctx, bucket)) {
        changes.push({ action: "update", subject: `s3:bucket ${bucket}`, reason: inWords(setting) });
      }
    }
    if (!(await hasRolePolicy(ctx, bucket))) changes.push({ action: "update", subject: "iam:role host" });
    changes.push(...(await planAccessLogs(ctx, recordedIn(ctx))));
    return [...changes, ...(await hostScriptsPlan(ctx, "s3", await s3.scripts(ctx)))];
  },

  async apply(ctx) {
    const { objectStorage, identity } = ctx.ports;
    const { hosts, roleName } = ctx.output(ec2);
    const bucket = bucketNameFor(ctx);
    ctx.progress({ en: `preparing bucket ${bucket}`, ja: `バケット ${bucket} を準備しています` });
    if (await objectStorage.findBucket(ctx.stack, bucket)) await ctx.record.found("s3:bucket", "bucket", bucket);
    else {
      const { expiresAt } = ctx.settings;
      const identity = { stack: ctx.stack, step: "s3", name: "bucket", expiresAt } as const;
      await ctx.record.create(
        { type: "s3:bucket", name: "bucket" },
        () => objectStorage.createBucket(identity, bucket),
        (made) => made.name,
      );
    }
    for (const setting of await differingSettings(ctx, bucket)) await setters[setting](ctx, bucket);
    if (!(await hasRolePolicy(ctx, bucket))) {
      await identity.putInlinePolicy(roleName, rolePolicyName, hostBucketPolicy(bucket, ctx.region));
    }
    const accessLogs = await applyAccessLogs(ctx, recordedIn(ctx));
    await runOnHosts(ctx, "s3", hosts, await s3.scripts(ctx));
    return { bucket, accessLogs };
  },

  verify: verifyS3,
  async breakAndRestore(ctx, output, tell) {
    await breakRole(ctx, output, tell);
    if (output.accessLogs === true) await breakAccessLogs(ctx, tell);
  },
  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),

  destroy: destroyS3,
};

/** What the state says about access logs; false in one from before there were any. */
function recordedIn(ctx: StepContext): boolean | undefined {
  const output = ctx.findOutput(s3);
  return output && output.accessLogs === true;
}

type Setting = "public access block" | "encryption" | "versioning" | "bucket policy";

const setters: Record<Setting, (ctx: StepContext, bucket: string) => Promise<void>> = {
  "public access block": ({ ports }, bucket) => ports.objectStorage.blockPublicAccess(bucket),
  encryption: ({ ports }, bucket) => ports.objectStorage.enableEncryption(bucket),
  versioning: ({ ports }, bucket) => ports.objectStorage.enableVersioning(bucket),
  "bucket policy": (ctx, bucket) => ctx.ports.objectStorage.putBucketPolicy(bucket, wantedPolicy(ctx, bucket)),
};

async function differingSettings(ctx: StepContext, bucket: string): Promise<Setting[]> {
  const { objectStorage } = ctx.ports;
  const [settings, policy] = await Promise.all([
    objectStorage.bucketSettings(bucket),
    objectStorage.findBucketPolicy(bucket),
  ]);
  const differs: Record<Setting, boolean> = {
    "public access block": !settings.publicAccessBlocked,
    encryption: !settings.encrypted,
    versioning: !settings.versioned,
    "bucket policy": !samePolicy(policy, wantedPolicy(ctx, bucket)),
  };
  return (Object.keys(differs) as Setting[]).filter((setting) => differs[setting]);
}

const wantedPolicy = (ctx: StepContext, bucket: string) =>
  bucketPolicyFor(bucket, ctx.region, ctx.findOutput(ec2)?.givenRoleArn);

/** True also where the role is somebody else's: then the bucket's policy says it. */
async function hasRolePolicy(ctx: StepContext, bucket: string): Promise<boolean> {
  if (ctx.findOutput(ec2)?.givenRoleArn !== undefined) return true;
  const present = await ctx.ports.identity.findInlinePolicy(roleNameOf(ctx.stack), rolePolicyName);
  return samePolicy(present, hostBucketPolicy(bucket, ctx.region));
}
