import type { FirewallMember, FirewallRules, ReturnPath } from "../runtime.ts";
import type { World } from "../world.ts";
import { isCutOff } from "./network-acls.ts";
import type { Ec2Data, NetworkInterfaceRecord, RuleRecord } from "./records.ts";
import { hasInternetRoute } from "./routing.ts";
import { memberKey } from "./transitions.ts";

/** Whose packet filters may have to change: those that hang on some groups (as members or by reference), or all. */
export type FirewallScope = { readonly groupIds: readonly string[] } | "all";

/**
 * Brings packet filters into line with groups, memberships and routes. Members whose rules come out the same are left
 * alone. All are tried; the first failure is thrown at the end.
 */
export async function refreshFirewalls(world: World, scope: FirewallScope): Promise<void> {
  const affected = membersIn(world.ec2.data, scope).map((member) => applyLatest(world, member));
  const results = await Promise.allSettled(affected);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  for (const error of failures) world.log({ level: "error", event: "firewall-failed", error: String(error) });
  if (failures.length > 0) throw failures[0];
}

/** A member whose container is made anew has no filter, whatever was applied to the one before. */
export function forgetFirewall({ ec2 }: World, member: FirewallMember): void {
  ec2.transitions.appliedFirewalls.delete(memberKey(member));
}

/** The rules are computed when it is this member's turn, so that whoever comes last applies the newest. */
function applyLatest(world: World, member: FirewallMember): Promise<void> {
  const key = memberKey(member);
  const { transitions, data } = world.ec2;
  return transitions.enqueue(`firewall ${key}`, async () => {
    const rules = firewallRulesOf(data, member);
    if (!rules) return;
    const text = JSON.stringify(rules);
    if (transitions.appliedFirewalls.get(key) === text) return;
    transitions.appliedFirewalls.delete(key);
    await world.runtime.applyFirewall(member, rules);
    transitions.appliedFirewalls.set(key, text);
  });
}

/** Undefined for a member that has no interface any more. */
export function firewallRulesOf(data: Ec2Data, member: FirewallMember): FirewallRules | undefined {
  const key = memberKey(member);
  const interfaces = Object.values(data.networkInterfaces).filter((it) => memberKey(it.member) === key);
  const [first] = interfaces;
  const vpcCidr = data.vpcs[first?.vpcId ?? ""]?.cidr;
  if (vpcCidr === undefined) return undefined;
  const groupIds = new Set(interfaces.flatMap((it) => it.groupIds));
  const inbound = [...groupIds].flatMap((id) =>
    (data.securityGroups[id]?.rules ?? [])
      .filter(({ egress }) => !egress)
      .flatMap((rule) => {
        const protocol = protocolOf(rule);
        const sources = sourcesOf(data, rule);
        if (!protocol || sources.length === 0) return [];
        const through = throughOf(data, rule);
        const ports = { fromPort: rule.fromPort, toPort: rule.toPort };
        return [{ protocol, ...ports, sources, ...(through.length > 0 ? { through } : {}) }];
      }),
  );
  const confined = confinementOf(data, interfaces);
  const returnPaths = member.kind === "host" ? returnPathsIn(data, first?.vpcId) : [];
  return {
    inbound,
    internetRoute: interfaces.some(({ subnetId }) => hasInternetRoute(data, subnetId)),
    vpcCidr,
    ...(confined ? { confined } : {}),
    ...(returnPaths.length > 0 ? { returnPaths } : {}),
    ...(interfaces.some(({ keepsSource }) => keepsSource) ? { takesAnswers: true } : {}),
  };
}

/**
 * A network ACL stands at the border of the subnet: what stays inside is nothing to it. A load balancer, of which there
 * is one node here and on AWS one in each of its subnets, goes on by the other subnet's as long as that is open.
 */
function confinementOf(
  data: Ec2Data,
  interfaces: readonly NetworkInterfaceRecord[],
): FirewallRules["confined"] | undefined {
  if (!interfaces.every(({ subnetId }) => isCutOff(data, subnetId))) return undefined;
  const own = new Set(interfaces.map(({ subnetId }) => subnetId));
  const balancers = Object.values(data.networkInterfaces).filter(
    ({ member }) => member.kind === "load-balancer" && member.id !== interfaces[0]?.member.id,
  );
  return {
    within: [...own].flatMap((id) => data.subnets[id]?.cidr ?? []).sort(),
    without: balancers
      .filter(({ subnetId }) => own.has(subnetId))
      .map(({ privateIp }) => privateIp)
      .sort(),
  };
}

/** A container has the hardware address of its first interface. */
function sourceKeepers(data: Ec2Data): NetworkInterfaceRecord[] {
  const firsts = new Map<string, NetworkInterfaceRecord>();
  for (const it of Object.values(data.networkInterfaces)) {
    if (it.keepsSource && !firsts.has(memberKey(it.member))) firsts.set(memberKey(it.member), it);
  }
  return [...firsts.values()];
}

/**
 * "Referencing the security group associated with your Network Load Balancer in the security groups associated with your
 * targets ensures that your targets accept traffic from your Network Load Balancer even if you enable client IP
 * preservation" (ELB's guide, load-balancer-security-groups).
 */
function throughOf(data: Ec2Data, { groupId }: RuleRecord): string[] {
  if (groupId === undefined) return [];
  return sourceKeepers(data).flatMap(({ groupIds, mac }) => (groupIds.includes(groupId) ? [mac] : []));
}

const returnPathsIn = (data: Ec2Data, vpcId: string | undefined): ReturnPath[] =>
  sourceKeepers(data).flatMap(({ mac, privateIp, vpcId: own }) => (own === vpcId ? [{ mac, privateIp }] : []));

function protocolOf({ protocol }: RuleRecord): FirewallRules["inbound"][number]["protocol"] | undefined {
  if (protocol === "-1") return "all";
  if (protocol === "tcp" || protocol === "udp" || protocol === "icmp") return protocol;
  return undefined;
}

/** A referenced group stands for the private addresses of its members. */
function sourcesOf(data: Ec2Data, { cidrIpv4, cidrIpv6, groupId }: RuleRecord): string[] {
  if (cidrIpv4 !== undefined) return [cidrIpv4];
  if (cidrIpv6 !== undefined) return [cidrIpv6];
  return Object.values(data.networkInterfaces)
    .filter((it) => groupId !== undefined && it.groupIds.includes(groupId))
    .map(({ privateIp }) => `${privateIp}/32`)
    .sort();
}

function membersIn(data: Ec2Data, scope: FirewallScope): FirewallMember[] {
  const groups = scope === "all" ? undefined : withReferring(data, scope.groupIds);
  const members = new Map<string, FirewallMember>();
  for (const { member, groupIds } of Object.values(data.networkInterfaces)) {
    if (!groups || groupIds.some((id) => groups.has(id))) members.set(memberKey(member), member);
  }
  return [...members.values()];
}

/** The groups, and those with a rule that refers to one of them: who is in the former decides what the latter let in. */
function withReferring(data: Ec2Data, groupIds: readonly string[]): Set<string> {
  const referring = Object.values(data.securityGroups).filter(({ rules }) =>
    rules.some(({ groupId }) => groupId !== undefined && groupIds.includes(groupId)),
  );
  return new Set([...groupIds, ...referring.map(({ id }) => id)]);
}
