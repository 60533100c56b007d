import { ec2 } from "../ec2.ts";
import { roleNameOf } from "../ec2/observe.ts";
import { samePolicy } from "../s3/policies.ts";
import type { StepContext } from "../step.ts";
import { together } from "../together.ts";
import { backupBucketPolicy, backupPolicyName, hostBackupPolicy } from "./policies.ts";
import { expiryRules } from "./settings.ts";

const resource = { type: "s3:bucket", name: "backup" } as const;

type Setting = "public access block" | "encryption" | "versioning" | "expiry" | "bucket policy";

const setters: Record<Setting, (ctx: StepContext, bucket: string) => Promise<void>> = {
  "public access block": ({ ports }, bucket) => ports.objectStorage.blockPublicAccess(bucket),
  encryption: ({ ports }, bucket) => ports.objectStorage.enableEncryption(bucket),
  versioning: ({ ports }, bucket) => ports.objectStorage.enableVersioning(bucket),
  expiry: ({ ports }, bucket) => ports.objectStorage.putExpiryRules(bucket, expiryRules),
  "bucket policy": (ctx, bucket) => ctx.ports.objectStorage.putBucketPolicy(bucket, wantedPolicy(ctx, bucket)),
};

const wantedPolicy = (ctx: StepContext, bucket: string) =>
  backupBucketPolicy(bucket, ctx.region, ctx.findOutput(ec2)?.givenRoleArn);

export async function differingSettings(ctx: StepContext, bucket: string): Promise<Setting[]> {
  const { objectStorage } = ctx.ports;
  const [settings, rules, policy] = await together([
    objectStorage.bucketSettings(bucket),
    objectStorage.findExpiryRules(bucket),
    objectStorage.findBucketPolicy(bucket),
  ]);
  const differs: Record<Setting, boolean> = {
    "public access block": !settings.publicAccessBlocked,
    encryption: !settings.encrypted,
    versioning: !settings.versioned,
    expiry: JSON.stringify(sorted(rules)) !== JSON.stringify(sorted(expiryRules)),
    "bucket policy": !samePolicy(policy, wantedPolicy(ctx, bucket)),
  };
  return (Object.keys(differs) as Setting[]).filter((setting) => differs[setting]);
}

const sorted = (rules: typeof expiryRules | undefined): unknown[] => [
  ...Object.entries(rules?.currentDays ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  rules?.noncurrentDays,
];

/** Makes the bucket, or goes on with one that an earlier stack of this name has left. */
export async function ensureBackupBucket(ctx: StepContext, bucket: string): Promise<void> {
  const { objectStorage } = ctx.ports;
  if (await objectStorage.findBucket(ctx.stack, bucket)) await ctx.record.found(resource.type, resource.name, bucket);
  else {
    // Without an end: backups are there for when the rest is not.
    const identity = { stack: ctx.stack, step: "backup", name: resource.name } as const;
    await ctx.record.create(
      resource,
      () => objectStorage.createBucket(identity, bucket),
      (made) => made.name,
    );
  }
  for (const setting of await differingSettings(ctx, bucket)) await setters[setting](ctx, bucket);
}

/** True also where the role is somebody else's: then the bucket's policy says it. */
export async function mayWrite(ctx: StepContext, bucket: string): Promise<boolean> {
  if (ctx.findOutput(ec2)?.givenRoleArn !== undefined) return true;
  const present = await ctx.ports.identity.findInlinePolicy(roleNameOf(ctx.stack), backupPolicyName);
  return samePolicy(present, hostBackupPolicy(bucket, ctx.region));
}
