import { Lecture05Error } from "../errors.ts";
import { startUnit } from "../remote/guard.ts";
import { waitForBoot } from "../remote/kill-unit.ts";
import type { UndoAction } from "../state/undo.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { untilTrusted, type RestoreContext } from "./settle.ts";
import { visiting } from "./alb/visitor.ts";
import { removeFruits } from "./s3/remove-fruits.ts";
import { openZone, startDatabase } from "./undo-drill.ts";

/** On AWS a start takes up to a minute, and SSM another one. */
const startTimeoutMs = 5 * 60_000;
/** A bucket's policy that was put back is known everywhere within seconds, on a bad day within a minute. */
const letInTimeoutMs = 90_000;

/** What an undo is about, in a few words: "Puma on i-0abc". */
export function partOf(action: UndoAction): LocalizedText {
  switch (action.kind) {
    case "unit": {
      const name = action.unit === "puma.service" ? "Puma" : "Nginx";
      return { en: `${name} on ${action.instanceId}`, ja: `${action.instanceId} の ${name}` };
    }
    case "instance":
      return { en: `the host ${action.instanceId}`, ja: `ホスト ${action.instanceId}` };
    case "group-held":
      return { en: "the replacement of ill hosts", ja: "異常なホストの自動置き換え" };
    case "metadata":
      return {
        en: `the metadata service of ${action.instanceId}`,
        ja: `${action.instanceId} のインスタンスメタデータサービス`,
      };
    case "role-policy":
    case "role-policy-lent":
      return {
        en: `rights of the role ${action.roleName} (${action.policyName})`,
        ja: `IAM ロール ${action.roleName} の権限 (${action.policyName})`,
      };
    case "access-logs":
      return { en: "the load balancer's access logs", ja: "ロードバランサーのアクセスログ" };
    case "zone-cut":
      return { en: `the network of the zone ${action.zone}`, ja: `AZ ${action.zone} のネットワーク` };
    case "database":
      return { en: `the database ${action.id}`, ja: `データベース ${action.id}` };
    case "group-rule":
      return {
        en: `the rule of the security group ${action.groupId}`,
        ja: `セキュリティグループ ${action.groupId} のルール`,
      };
    default:
      return { en: `the record "${action.name}"`, ja: `レコード「${action.name}」` };
  }
}

/** Puts right what a proof took away. Repeating it is harmless; what no longer exists needs nothing. */
export async function restore(context: RestoreContext, action: UndoAction): Promise<void> {
  const { stack, ports } = context;
  switch (action.kind) {
    case "unit": {
      if (!(await exists(context, action.instanceId))) return;
      // Without a signal: an interruption is why this is done.
      const { exitCode, stderr } = await ports.shell.run(action.instanceId, startUnit(action.unit));
      if (exitCode !== 0) throw notStarted(action, stderr);
      return;
    }
    case "instance":
      return startAgain(context, action.instanceId);
    case "group-held":
      return ports.autoScaling.holdReplacement(action.groupName, false);
    case "metadata":
      if (await exists(context, action.instanceId)) await ports.compute.setMetadataEndpoint(action.instanceId, true);
      return;
    case "role-policy":
      if (!(await ports.identity.findRole(stack, action.roleName))) return;
      return ports.identity.putInlinePolicy(action.roleName, action.policyName, action.document);
    case "role-policy-lent":
      if (!(await ports.identity.findRole(stack, action.roleName))) return;
      await ports.identity.deleteInlinePolicy(action.roleName, action.policyName);
      return;
    case "access-logs": {
      const { loadBalancerArn, bucket, prefix, document } = action;
      if (!(await ports.objectStorage.ownsBucket(stack, bucket))) return;
      await ports.objectStorage.putBucketPolicy(bucket, document);
      const { loadBalancers } = await ports.loadBalancing.findAllOf(stack);
      if (!loadBalancers.some(({ arn }) => arn === loadBalancerArn)) return;
      return ports.loadBalancing.setAccessLog(loadBalancerArn, { bucket, prefix }, letInTimeoutMs);
    }
    case "group-rule": {
      const isThere = (await ports.network.findSecurityGroups(stack)).some(({ id }) => id === action.groupId);
      if (isThere) await ports.network.authorizeIngress(action.groupId, action.rule);
      return;
    }
    case "zone-cut":
      return openZone(context, action);
    case "database":
      return startDatabase(context, action.id);
    case "fruit":
      return removeFruits(visiting(ports.http, action.route), action.url, action.name);
  }
}

/**
 * Gives a load balancer that has given a host up while its part was away time to trust it again, so that what comes next
 * does not take it for ill. Whether it does is for that command to say.
 */
export async function settle(context: RestoreContext, action: UndoAction): Promise<void> {
  if (action.kind !== "unit" && action.kind !== "instance") return;
  await untilTrusted(context, action.instanceId);
}

/** One that an Auto Scaling group has given up is not ours to start. */
async function startAgain(context: RestoreContext, instanceId: string): Promise<void> {
  const { stack, ports } = context;
  const instance = (await ports.compute.findInstances(stack)).find(({ id }) => id === instanceId);
  if (!instance || instance.state === "shutting-down") return;
  if (instance.state !== "running") await ports.compute.startInstance(instanceId);
  await ports.compute.waitUntilRunning(instanceId, startTimeoutMs);
  await ports.shell.waitUntilOnline(instanceId, startTimeoutMs);
  // SSM is there before Puma is, and the load balancer has to see it, too: only then it is as it was.
  await ports.shell.run(instanceId, waitForBoot());
  await settle(context, { kind: "instance", instanceId });
}

async function exists({ stack, ports }: RestoreContext, instanceId: string): Promise<boolean> {
  return (await ports.compute.findInstances(stack)).some(({ id }) => id === instanceId);
}

function notStarted({ instanceId, unit }: Extract<UndoAction, { kind: "unit" }>, stderr: string): Lecture05Error {
  const tail = stderr.trim().split("\n").slice(-3).join("\n");
  return new Lecture05Error("REMOTE_COMMAND_FAILED", {
    what: { en: `${unit} does not start on ${instanceId}`, ja: `${instanceId} で ${unit} が起動しません` },
    why: untranslated(tail),
    next: [`lecture05 exec --instance ${instanceId} -- journalctl -u ${unit} -n 30 --no-pager`],
  });
}
