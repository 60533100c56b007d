import type { IncomingMessage } from "node:http";
import { authorize, callerContext } from "../iam/authorize.ts";
import type { ActionContext } from "../wire/action.ts";
import type { World } from "../world.ts";
import { bucketArn } from "./arn.ts";
import { accessDenied, invalidRequest, noSuchBucket } from "./errors.ts";
import { evaluate, isPublic } from "./policy/evaluate.ts";
import { parsePolicy } from "./policy/statement.ts";
import type { Bucket } from "./store/bucket.ts";

/** A permission that an action needs. Without a key it is asked of the bucket itself. */
export interface Need {
  /** Without the service: GetObject. */
  readonly permission: string;
  readonly key?: string | undefined;
  /** Condition keys of this request: s3:prefix and the like. */
  readonly context?: Readonly<Record<string, string | number | undefined>>;
}

/** Finds the bucket and checks that the caller may do this with it. */
export function openBucket(
  ctx: ActionContext,
  input: { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined },
  ...needs: readonly Need[]
): Bucket {
  const name = input.Bucket ?? "";
  const bucket = ctx.world.s3.find(name);
  if (!bucket) throw noSuchBucket(name);
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== ctx.world.account) throw accessDenied();
  for (const need of needs) demand(ctx, bucket, need);
  return bucket;
}

export function demand(ctx: ActionContext, bucket: Bucket, need: Need): void {
  const { denied, reason } = decide(ctx, bucket, need);
  if (!denied) return;
  const action = `s3:${need.permission}`;
  throw accessDenied(
    `User: ${ctx.caller.arn} is not authorized to perform: ${action} on resource: "${arnOf(bucket, need)}" ${reason(action)}`,
  );
}

export function permits(ctx: ActionContext, bucket: Bucket, need: Need): boolean {
  return !decide(ctx, bucket, need).denied;
}

/** Whether a visitor of the bucket's website, who is nobody in particular, may read an object. */
export function permitsEveryone(world: World, bucket: Bucket, key: string, request: IncomingMessage): boolean {
  const statements = statementsOf(bucket);
  if (bucket.config.publicAccessBlock?.RestrictPublicBuckets && isPublic(statements)) return false;
  const decision = evaluate(statements, {
    account: world.account,
    callerArn: undefined,
    roleName: undefined,
    action: "s3:GetObject",
    resource: arnOf(bucket, { permission: "GetObject", key }),
    context: {
      "aws:PrincipalType": "Anonymous",
      "aws:CurrentTime": world.now().toISOString(),
      // A website's endpoint speaks plain HTTP, on AWS as well.
      "aws:SecureTransport": "false",
      ...sourceIp(request),
    },
  });
  return decision === "allow";
}

/** For what is asked of no bucket that exists: ListBuckets, CreateBucket. */
export function demandOfAccount(ctx: ActionContext, permission: string, resource: string): void {
  if (ctx.caller.roleName === undefined) return;
  const action = `s3:${permission}`;
  if (authorize(ctx.world, ctx.caller, action, resource, baseContext(ctx)) === "allow") return;
  throw accessDenied(`User: ${ctx.caller.arn} is not authorized to perform: ${action} ${noIdentityPolicy(action)}`);
}

interface Verdict {
  readonly denied: boolean;
  readonly reason: (action: string) => string;
}

const allowed: Verdict = { denied: false, reason: () => "" };
const noIdentityPolicy = (action: string): string => `because no identity-based policy allows the ${action} action`;

function decide(ctx: ActionContext, bucket: Bucket, need: Need): Verdict {
  const { account } = ctx.world;
  const { roleName } = ctx.caller;
  const action = `s3:${need.permission}`;
  const resource = arnOf(bucket, need);
  const context = { ...baseContext(ctx), ...textsOf(need.context ?? {}) };
  const byPolicy = evaluate(statementsOf(bucket), {
    account,
    callerArn: ctx.caller.arn,
    roleName,
    action,
    resource,
    context,
  });
  // The account's root can always take back a policy that locks everyone out.
  if (
    byPolicy === "explicit-deny" &&
    !(roleName === undefined && /^(Get|Put|Delete)BucketPolicy$/.test(need.permission))
  ) {
    return { denied: true, reason: () => "with an explicit deny in a resource-based policy" };
  }
  if (roleName === undefined) return allowed;
  const byRole = authorize(ctx.world, ctx.caller, action, resource, context);
  if (byRole === "explicit-deny") {
    return { denied: true, reason: () => "with an explicit deny in an identity-based policy" };
  }
  return byRole === "allow" || byPolicy === "allow" ? allowed : { denied: true, reason: noIdentityPolicy };
}

function arnOf(bucket: Bucket, need: Need): string {
  const arn = bucketArn(bucket.config.name, bucket.config.region);
  return need.key === undefined ? arn : `${arn}/${need.key}`;
}

/** Policies were checked when they were put, so that parsing them again cannot fail. */
const parsed = new WeakMap<object, ReturnType<typeof parsePolicy>>();

export function statementsOf(bucket: Bucket): ReturnType<typeof parsePolicy> {
  const { config } = bucket;
  if (config.policy === undefined) return [];
  let statements = parsed.get(config);
  if (!statements) parsed.set(config, (statements = parsePolicy(config.policy, bucketArn(config.name, config.region))));
  return statements;
}

function baseContext(ctx: ActionContext): Record<string, string> {
  return {
    ...callerContext(ctx.world, ctx.caller),
    // The role itself, not its session.
    "aws:PrincipalArn":
      ctx.caller.roleName === undefined
        ? ctx.caller.arn
        : `arn:aws:iam::${ctx.world.account}:role/${ctx.caller.roleName}`,
    ...sourceIp(ctx.request),
  };
}

function sourceIp({ socket }: IncomingMessage): Record<string, string> {
  const address = socket.remoteAddress?.replace(/^::ffff:/, "");
  return address === undefined ? {} : { "aws:SourceIp": address };
}

function textsOf(context: Readonly<Record<string, string | number | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** Refuses server-side encryption with a customer's key, which the sandbox has not. */
export function refuseCustomerKey(input: { SSECustomerAlgorithm?: string | undefined }): void {
  if (input.SSECustomerAlgorithm !== undefined) {
    throw invalidRequest("The sandbox does not implement server-side encryption with customer-provided keys (SSE-C).");
  }
}
