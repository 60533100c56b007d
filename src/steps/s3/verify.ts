import type { BucketSettings } from "../../ports/object-storage.ts";
import { check } from "../check.ts";
import type { Check, StepContext } from "../step.ts";
import { followPicture } from "./follow-picture.ts";
import { together } from "../together.ts";
import { ec2 } from "../ec2.ts";
import { rolePolicyName } from "./policies.ts";
import { verifyAccessLogs } from "./verify-access-logs.ts";

interface Verified {
  readonly bucket: string;
  readonly accessLogs?: boolean | undefined;
}

/** The bucket's settings, the role's rights, a picture's way through the load balancer into the bucket and back, logs. */
export async function verifyS3(ctx: StepContext, { bucket, accessLogs }: Verified): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const [settings, role, picture, logs, access] = await together([
    objectStorage.bucketSettings(bucket),
    roleNamesOneBucket(ctx, bucket),
    followPicture(ctx, bucket),
    objectStorage.listObjects(bucket, "logs/"),
    accessLogs === true ? verifyAccessLogs(ctx, ctx.justApplied !== true) : [],
  ]);
  return [
    ...checkSettings(settings),
    role,
    ...picture,
    check(
      "logs-shipped",
      { en: "Log files lie under logs/", ja: "ログが logs/ に保存されている" },
      "at least 1 object",
      logs.length > 0 ? "at least 1 object" : "none",
    ),
    ...access,
  ];
}

function checkSettings(settings: BucketSettings): Check[] {
  const onOff = (value: boolean): string => (value ? "on" : "off");
  return [
    check(
      "bucket-private",
      { en: "The bucket is closed to the public", ja: "ブロックパブリックアクセスが有効" },
      "on",
      onOff(settings.publicAccessBlocked),
    ),
    check(
      "bucket-encrypted",
      { en: "The bucket encrypts", ja: "デフォルトの暗号化が有効" },
      "on",
      onOff(settings.encrypted),
    ),
    check(
      "bucket-versioned",
      { en: "The bucket keeps versions", ja: "バージョニングが有効" },
      "on",
      onOff(settings.versioned),
    ),
  ];
}

async function roleNamesOneBucket(ctx: StepContext, bucket: string): Promise<Check> {
  const { givenRoleArn } = ctx.output(ec2);
  if (givenRoleArn !== undefined) return bucketNamesRole(ctx, bucket, givenRoleArn);
  const policy = await ctx.ports.identity.findInlinePolicy(`${ctx.stack}-host`, rolePolicyName);
  const resources = (policy?.Statement ?? []).flatMap(
    (statement) => (statement as { Resource?: string | string[] }).Resource ?? [],
  );
  const buckets = [...new Set(resources.map((arn) => arn.split(":::")[1]?.split("/")[0] ?? arn))];
  return check(
    "role-least-privilege",
    { en: "The hosts' role may use this bucket only", ja: "IAM ロールの権限はこのバケットだけ" },
    bucket,
    buckets.join(", ") || "no policy",
  );
}

/** The role is somebody else's, so it is the bucket that names it. */
async function bucketNamesRole(ctx: StepContext, bucket: string, roleArn: string): Promise<Check> {
  const policy = await ctx.ports.objectStorage.findBucketPolicy(bucket);
  const allowed = (policy?.Statement ?? []).flatMap((it) => {
    const { Effect, Principal } = it as { Effect?: string; Principal?: { AWS?: string | string[] } };
    return Effect === "Allow" ? (Principal?.AWS ?? []) : [];
  });
  return check(
    "bucket-names-role",
    { en: "The bucket lets in the hosts' role only", ja: "バケットが許可するのはホストの IAM ロールだけ" },
    roleArn,
    [...new Set(allowed)].join(", ") || "no policy",
  );
}
