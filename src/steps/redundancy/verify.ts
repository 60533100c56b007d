import type { AutoScalingGroup, GroupEnd } from "../../ports/auto-scaling.ts";
import type { TargetHealth } from "../../ports/load-balancing.ts";
import { parseProbes, type ProbeResults } from "../../remote/probes.ts";
import { probeIdentity } from "../../remote/probes/identity.ts";
import { alb } from "../alb.ts";
import { check } from "../check.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { checkShared } from "./check-shared.ts";
import type { Deployment } from "../../state/deployment.ts";
import { endWords } from "./end.ts";
import { versionOf } from "./plan.ts";
import type { RedundancyOutput } from "./output.ts";

const onlineTimeoutMs = 2 * 60_000;

interface HostSeen {
  readonly instanceId: string;
  readonly results: ProbeResults;
}

/** The group and its targets, each host by one command for all, and the application through the load balancer. */
export async function verifyRedundancy(ctx: StepContext, output: RedundancyOutput): Promise<Check[]> {
  const { autoScaling, loadBalancing } = ctx.ports;
  const [group, end, targets] = await together([
    autoScaling.findGroup(ctx.stack, output.groupName),
    autoScaling.findEnd(output.groupName),
    loadBalancing.targetHealth(ctx.output(alb).targetGroupArn),
  ]);
  const members = group?.members.filter(({ lifecycle }) => lifecycle === "InService") ?? [];
  const ids = members.map(({ instanceId }) => instanceId);
  const [seen, shared] = await together([
    lookAtHosts(ctx, ids),
    ids.length > 1 ? checkShared(ctx, ids) : ([] satisfies Check[]),
  ]);
  return [
    ...checkGroup(group, targets, output, ctx.settings.deployment),
    checkEnd(group && end, ctx.settings.expiresAt),
    ...checkHosts(seen),
    ...shared,
  ];
}

const checkEnd = (end: GroupEnd | undefined, expiresAt: string | undefined): Check =>
  check(
    "group-ends-in-time",
    { en: "The group ends all its hosts at", ja: "グループがすべてのホストを終了する時刻" },
    expiresAt ?? "no end",
    endWords(end),
  );

async function lookAtHosts(ctx: StepContext, ids: readonly string[]): Promise<HostSeen[]> {
  if (ids.length === 0) return [];
  ctx.progress({ en: `checking ${ids.length} hosts at once`, ja: `${ids.length} 台のホストを一度に確認しています` });
  const online = await waitUntilAllOnline(ctx, ids);
  if (online.length === 0) return ids.map((instanceId) => ({ instanceId, results: {} }));
  const results = await ctx.ports.shell.runOnAll(online, probeIdentity(), { signal: ctx.signal });
  return ids.map((instanceId) => ({
    instanceId,
    results: parseProbes(results.find((it) => it.instanceId === instanceId)?.stdout ?? ""),
  }));
}

/** A host serves before SSM has heard of it. */
async function waitUntilAllOnline(ctx: StepContext, ids: readonly string[]): Promise<string[]> {
  const since = ctx.clock.now().getTime();
  for (;;) {
    const online = await ctx.ports.shell.online(ids);
    if (online.length === ids.length || ctx.clock.now().getTime() - since >= onlineTimeoutMs) return online;
    await ctx.clock.sleep(2000);
  }
}

function checkGroup(
  group: AutoScalingGroup | undefined,
  targets: readonly TargetHealth[],
  { hosts, launchTemplateVersion }: RedundancyOutput,
  deployment: Deployment | undefined,
): Check[] {
  // One that wants none has come to its end, or somebody has emptied it.
  const wanted = group && group.desired > 0 ? group.desired : hosts;
  const members = group?.members ?? [];
  const serving = members.filter(({ lifecycle, health }) => lifecycle === "InService" && health === "Healthy");
  const healthy = (id: string): boolean =>
    targets.some(({ instanceId, state }) => instanceId === id && state === "healthy");
  const zones = new Set(serving.filter(({ instanceId }) => healthy(instanceId)).map((it) => it.availabilityZone));
  const versions = [...new Set(members.map((it) => String(versionOf(it, deployment) ?? "none")))].toSorted();
  return [
    check(
      "hosts-in-service",
      { en: "The group has all its hosts in service", ja: "グループのホストがすべて稼働中" },
      `${wanted} of ${wanted}`,
      `${serving.length} of ${wanted}`,
    ),
    check(
      "healthy-in-zones",
      { en: "Zones with a host that is healthy behind the load balancer", ja: "正常なホストがある AZ の数" },
      String(Math.min(wanted, 2)),
      String(zones.size),
    ),
    check(
      "replaced-by-load-balancer-health",
      { en: "What the load balancer finds ill is replaced", ja: "ロードバランサーのヘルスチェックで置き換える" },
      "ELB, nothing suspended",
      group ? `${group.healthCheckType}, ${group.suspended.join(" ") || "nothing"} suspended` : "no group",
    ),
    check(
      "one-template-version",
      { en: "All hosts are of one version of the launch template", ja: "全ホストが起動テンプレートの同じバージョン" },
      String(launchTemplateVersion),
      versions.join(", ") || "no host",
    ),
  ];
}

function checkHosts(seen: readonly HostSeen[]): Check[] {
  const count = seen.length;
  const all = (probe: string): string[] => seen.map(({ results }) => results[probe] || "no result");
  const distinct = (probe: string): string => {
    const values = all(probe);
    return values.includes("no result") ? "no result" : `${new Set(values).size} of ${count} differ`;
  };
  const same = (probe: string): string => {
    const values = all(probe);
    if (values.includes("no result")) return "no result";
    return new Set(values).size === 1 ? "the same on all" : `${new Set(values).size} different`;
  };
  const strangers = seen.filter(({ instanceId, results }) =>
    ["instance", "told", "noted"].some((probe) => results[probe] !== instanceId),
  );
  return [
    check(
      "own-identity",
      { en: "Each host knows itself by its own instance id", ja: "各ホストが自分のインスタンス ID を名乗る" },
      "all",
      strangers.length === 0 && count > 0
        ? "all"
        : strangers.map(({ instanceId, results }) => `${instanceId}: ${results.told ?? "no result"}`).join(", ") ||
            "no host",
    ),
    check(
      "own-machine-id",
      { en: "Each has a machine id of its own", ja: "machine-id がホストごとに異なる" },
      `${count} of ${count} differ`,
      distinct("machine"),
    ),
    ...(all("ssh").every((key) => key === "none")
      ? []
      : [
          check(
            "own-ssh-key",
            { en: "Each has an SSH host key of its own", ja: "SSH ホスト鍵がホストごとに異なる" },
            `${count} of ${count} differ`,
            distinct("ssh"),
          ),
        ]),
    check("same-release", { en: "The release is", ja: "リリースは" }, "the same on all", same("release")),
    check(
      "same-secret",
      { en: "The secret that signs cookies is", ja: "Cookie を署名する秘密鍵は" },
      "the same on all",
      same("secret"),
    ),
    check(
      "secret-in-memory",
      { en: "It lies in memory, not on the disk that images are of", ja: "秘密鍵はメモリ上のみでディスクにはない" },
      "memory",
      [...new Set(all("secret_at"))].join(", ") || "no host",
    ),
    check(
      "no-end-of-its-own",
      { en: "A host's own timer that ends it, to be replaced", ja: "ホスト自身の終了タイマー (置き換えの原因になる)" },
      "none",
      [...new Set(all("own_end"))].join(", ") || "no host",
    ),
    check(
      "no-uploads-copied",
      { en: "Files of visitors on the hosts' own disks", ja: "ホストのディスクにあるアップロード済みファイル" },
      "0",
      [...new Set(all("uploads"))].join(", ") || "no host",
    ),
  ];
}
