import { stepNames, type StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";
import { targetGroupSubject } from "./contradictions.ts";
import { databaseBoxes } from "./database-box.ts";
import { hostBox } from "./host-box.ts";
import type { MakeBox } from "./make-box.ts";
import type { Box } from "./scene.ts";
import type { Topology, TopologySubnet } from "./topology.ts";

/** The VPC with what is in it: gateway, load balancer, zones, subnets, hosts, database. */
export function vpcBox(
  topology: Topology,
  stage: StepName,
  make: MakeBox,
  say: (words: LocalizedText) => string,
): Box[] {
  const { vpc, gateway, subnets } = topology;
  if (!vpc) return [];
  const withLoadBalancer = stepNames.indexOf(stage) >= stepNames.indexOf("alb");
  const zones = [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))].toSorted();
  return [
    make(
      "vpc",
      "vpc",
      `VPC ${vpc.cidr}`,
      [vpc.id],
      [
        ...(gateway
          ? [make("gateway", "internet-gateway", say({ en: "Internet gateway", ja: "インターネットゲートウェイ" }), [])]
          : []),
        ...(withLoadBalancer ? loadBalancerBoxes(topology, make, say) : []),
        ...zones.map((zone) =>
          make(
            `zone-${zone}`,
            "zone",
            say({ en: `Availability Zone ${zone}`, ja: `アベイラビリティゾーン ${zone}` }),
            [],
            subnets.filter(({ availabilityZone }) => availabilityZone === zone).map((subnet) => subnetBox(subnet)),
          ),
        ),
      ],
      vpc.id,
    ),
  ];

  function subnetBox(subnet: TopologySubnet): Box {
    const hosts = topology.instances.filter(({ subnetId }) => subnetId === subnet.id);
    // Drawn where the whole picture is, from its own step on.
    const own =
      topology.database?.subnetIds.includes(subnet.id) && stage === "database" ? topology.database : undefined;
    const databases = databaseBoxes(own, subnet.availabilityZone, make, say);
    const isEmpty = hosts.length + databases.length === 0;
    const title = subnet.isPublic
      ? say({ en: "Public subnet", ja: "パブリックサブネット" })
      : say({ en: "Private subnet", ja: "プライベートサブネット" });
    return make(
      subnet.id,
      subnet.isPublic ? "public-subnet" : "private-subnet",
      title,
      isEmpty ? [subnet.cidr, say({ en: "(empty)", ja: "(空)" })] : [subnet.cidr],
      [
        ...hosts.map((host) =>
          groupFrame(topology, host.groupIds, `group-${host.id}`, [hostBox(host, make, say)], make, say),
        ),
        ...databases.map((box) => groupFrame(topology, own?.groupIds ?? [], `group-${box.id}`, [box], make, say)),
      ],
      subnet.id,
    );
  }
}

/** "HTTPS 443", "HTTP 80 → 443", "TCP 80". */
function listenersOf({ listenerPorts, securePorts = [], elasticIps }: NonNullable<Topology["loadBalancer"]>): string[] {
  if (elasticIps) return listenerPorts.map((port) => `TCP ${port}`);
  const [secure] = securePorts;
  return listenerPorts
    .toSorted((one, other) => other - one)
    .map((port) =>
      securePorts.includes(port) ? `HTTPS ${port}` : `HTTP ${port}${secure === undefined ? "" : ` → ${secure}`}`,
    );
}

function loadBalancerBoxes(topology: Topology, make: MakeBox, say: (words: LocalizedText) => string): Box[] {
  const { loadBalancer, targetGroup } = topology;
  const boxes: Box[] = [];
  if (loadBalancer) {
    const zones = topology.subnets
      .filter(({ id }) => loadBalancer.subnetIds.includes(id))
      .map(({ availabilityZone }) => availabilityZone.slice(-1));
    const box = make(
      "load-balancer",
      "load-balancer",
      loadBalancer.elasticIps ? "Network Load Balancer" : "Application Load Balancer",
      [
        loadBalancer.dnsName,
        ...(loadBalancer.elasticIps ? [`Elastic IP: ${loadBalancer.elasticIps.join(", ")}`] : []),
        say({
          en: `listener: ${listenersOf(loadBalancer).join(", ") || "none"}`,
          ja: `リスナー: ${listenersOf(loadBalancer).join(", ") || "なし"}`,
        }),
        say({ en: `zones: ${zones.join(", ")}`, ja: `AZ: ${zones.join(", ")}` }),
      ],
      [],
      loadBalancer.name,
    );
    boxes.push(groupFrame(topology, loadBalancer.groupIds, "group-load-balancer", [box], make, say));
  }
  if (targetGroup) {
    const healthy = targetGroup.targets.filter(({ state }) => state === "healthy").length;
    boxes.push(
      make(
        "target-group",
        "target-group",
        say({ en: "Target group", ja: "ターゲットグループ" }),
        [
          say({
            en: `healthy: ${healthy} of ${targetGroup.targets.length}`,
            ja: `正常: ${healthy} / ${targetGroup.targets.length}`,
          }),
          say({
            en: `health check: GET ${targetGroup.healthCheckPath}`,
            ja: `ヘルスチェック: GET ${targetGroup.healthCheckPath}`,
          }),
        ],
        [],
        targetGroupSubject(targetGroup.name),
      ),
    );
  }
  return boxes;
}

/** The frame of a security group with its inbound rules, around what it protects. */
function groupFrame(
  { groups }: Topology,
  groupIds: readonly string[],
  id: string,
  children: readonly Box[],
  make: MakeBox,
  say: (words: LocalizedText) => string,
): Box {
  const own = groups.filter((group) => groupIds.includes(group.id));
  const rules = own.flatMap((group) => group.rules.map(({ ports, source }) => `${ports} ← ${source}`));
  return make(
    id,
    "security-group",
    say({ en: "Security group", ja: "セキュリティグループ" }) + ` ${own.map(({ name }) => name).join(", ")}`,
    rules.length > 0 ? rules : [say({ en: "no inbound rule", ja: "インバウンドルールなし" })],
    children,
    own[0]?.id,
  );
}
