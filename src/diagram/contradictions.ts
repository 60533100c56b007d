import type { LocalizedText } from "../text.ts";
import type { Topology, TopologyInstance } from "./topology.ts";

/** Something on the picture that does not fit with itself, with good practice, or with the records. */
export interface Contradiction {
  /** Stable, kebab-case. */
  readonly code:
    | "no-gateway"
    | "open-port"
    | "one-zone"
    | "target-unhealthy"
    | "target-missing"
    | "host-stopped"
    | "host-unreachable"
    | "not-recorded"
    | "recorded-but-gone"
    | "bucket-open"
    | "bucket-unencrypted"
    | "bucket-unversioned"
    | "load-balancer-not-active"
    | "no-listener"
    | "service-down"
    | "database-down"
    | "database-open";
  /** AWS id or name of what it is about; the box that gets the mark. */
  readonly subject: string;
  readonly text: LocalizedText;
}

/** A target group may be named like its load balancer: the mark of the one must not stand at the other. */
export const targetGroupSubject = (name: string): string => `targetgroup/${name}`;

/** All contradictions, worst first as they stand in the list of codes. Pure. */
export function findContradictions(topology: Topology): Contradiction[] {
  return [
    ...gateways(topology),
    ...openPorts(topology),
    ...loadBalancing(topology),
    ...topology.instances.flatMap((instance) => hosts(topology, instance)),
    ...drift(topology),
    ...bucket(topology),
    ...database(topology),
  ];
}

function database({ database: found }: Topology): Contradiction[] {
  if (!found) return [];
  const { id: subject, status, isPublic } = found;
  const down = {
    code: "database-down",
    subject,
    text: { en: `The database is ${status}`, ja: `データベースの状態が ${status} です` },
  } as const;
  const open = {
    code: "database-open",
    subject,
    text: { en: "The database has a public address", ja: "データベースがパブリックアクセス可能です" },
  } as const;
  return [...(status === "available" ? [] : [down]), ...(isPublic ? [open] : [])];
}

function gateways({ vpc, gateway }: Topology): Contradiction[] {
  if (!vpc || gateway?.attached) return [];
  return [
    {
      code: "no-gateway",
      subject: vpc.id,
      text: { en: "The VPC has no internet gateway", ja: "VPC にインターネットゲートウェイがアタッチされていません" },
    },
  ];
}

/**
 * Needed are: on the load balancer the ports that it listens on, on the hosts the targets' port from the load balancer.
 * Nobody logs in over SSH here, so no other rule of a group that protects something has a use.
 */
function openPorts(topology: Topology): Contradiction[] {
  const { groups, loadBalancer, targetGroup, instances } = topology;
  const names = groups.map(({ name }) => name);
  const targetPort = `TCP ${targetGroup?.port ?? 80}`;
  return groups.flatMap((group) => {
    const listens = loadBalancer?.groupIds.includes(group.id)
      ? loadBalancer.listenerPorts.map((port) => `TCP ${port}`)
      : undefined;
    const isOnHosts = instances.some(({ groupIds }) => groupIds.includes(group.id));
    if (!listens && !isOnHosts) return [];
    return group.rules
      .filter(({ ports }) => !listens?.includes(ports))
      .filter(({ ports, source }) => !(isOnHosts && ports === targetPort && names.includes(source)))
      .map(({ ports, source }): Contradiction => ({
        code: "open-port",
        subject: group.id,
        text: {
          en: `${group.name}: ${ports} is open to ${source}, and nothing needs that`,
          ja: `${group.name}: ${ports} が ${source} に公開されていますが、必要ありません`,
        },
      }));
  });
}

function loadBalancing({ loadBalancer, targetGroup, instances }: Topology): Contradiction[] {
  const found: Contradiction[] = [];
  if (loadBalancer && loadBalancer.state !== "active") {
    found.push({
      code: "load-balancer-not-active",
      subject: loadBalancer.name,
      text: {
        en: `The load balancer is ${loadBalancer.state}`,
        ja: `ロードバランサーの状態が ${loadBalancer.state} です`,
      },
    });
  }
  if (loadBalancer && loadBalancer.listenerPorts.length === 0) {
    found.push({
      code: "no-listener",
      subject: loadBalancer.name,
      text: { en: "The load balancer has no listener", ja: "ロードバランサーにリスナーがありません" },
    });
  }
  if (!targetGroup) return found;
  for (const { instanceId, state, reason } of targetGroup.targets) {
    if (state === "healthy") continue;
    const why = reason ? ` (${reason})` : "";
    found.push({
      code: "target-unhealthy",
      subject: instanceId,
      text: { en: `The target is ${state}${why}`, ja: `ターゲットが ${state} です${why}` },
    });
  }
  for (const { id } of instances) {
    if (targetGroup.targets.some(({ instanceId }) => instanceId === id)) continue;
    found.push({
      code: "target-missing",
      subject: id,
      text: { en: "The instance is not in the target group", ja: "ターゲットグループに登録されていません" },
    });
  }
  const zones = new Set(
    targetGroup.targets.flatMap((target) =>
      instances.filter(({ id }) => id === target.instanceId).map(({ availabilityZone }) => availabilityZone),
    ),
  );
  if (zones.size === 1) {
    const [zone] = zones;
    found.push({
      code: "one-zone",
      subject: targetGroupSubject(targetGroup.name),
      text: {
        en: `All targets are in ${zone}: when it fails, the service is down`,
        ja: `ターゲットが ${zone} のみにあります。この AZ に障害が起きるとサービスが停止します`,
      },
    });
  }
  return found;
}

function hosts({ proved }: Topology, { id, state, facts }: TopologyInstance): Contradiction[] {
  if (state !== "running") {
    return [{ code: "host-stopped", subject: id, text: { en: `It is ${state}`, ja: `状態が ${state} です` } }];
  }
  if (!facts) {
    return [
      { code: "host-unreachable", subject: id, text: { en: "SSM does not reach it", ja: "SSM から接続できません" } },
    ];
  }
  const down = (["nginx", "puma"] as const).filter((service) => facts[service]?.active === false);
  // Installed, but not yet started by its step: no contradiction.
  const expected = { nginx: proved.has("nginx"), puma: proved.has("puma") };
  return down
    .filter((service) => expected[service])
    .map((service) => ({
      code: "service-down" as const,
      subject: id,
      text: { en: `${service} is not running`, ja: `${service} が起動していません` },
    }));
}

/** What AWS has and the state has not, and the other way round. */
function drift({ instances, recordedInstanceIds, recordedButGone }: Topology): Contradiction[] {
  const present = instances.map(({ id }) => id);
  const gone = [
    ...recordedInstanceIds.filter((id) => !present.includes(id)),
    ...recordedButGone.map(({ type, id }) => `${type} ${id}`),
  ];
  return [
    ...present
      .filter((id) => !recordedInstanceIds.includes(id))
      .map((id) => ({
        code: "not-recorded" as const,
        subject: id,
        text: { en: "The state file does not know it", ja: "状態ファイルに記録がありません" },
      })),
    ...gone.map((subject) => ({
      code: "recorded-but-gone" as const,
      subject,
      text: { en: "The state file has it, AWS does not", ja: "状態ファイルにありますが、AWS に存在しません" },
    })),
  ];
}

function bucket({ bucket: found }: Topology): Contradiction[] {
  if (!found) return [];
  const settings = [
    [
      found.isPrivate,
      "bucket-open",
      { en: "Public access is not blocked", ja: "ブロックパブリックアクセスがオフです" },
    ],
    [found.encrypted, "bucket-unencrypted", { en: "It has no default encryption", ja: "デフォルトの暗号化がオフです" }],
    [found.versioned, "bucket-unversioned", { en: "It keeps no versions", ja: "バージョニングがオフです" }],
  ] as const;
  return settings.flatMap(([isSet, code, text]) => (isSet ? [] : [{ code, subject: found.name, text }]));
}
