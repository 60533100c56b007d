import { newId } from "./ids.ts";
import type { Ec2Data, RuleRecord, SecurityGroupRecord } from "./records.ts";
import { sandboxAccount } from "../world.ts";
import { forgetTags, tagSet } from "./tags.ts";

type Peer = Pick<RuleRecord, "cidrIpv4" | "cidrIpv6" | "groupId">;

export function allowAll(egress: boolean, peer: Peer): RuleRecord {
  return { id: newId("sgr"), egress, protocol: "-1", fromPort: -1, toPort: -1, ...peer };
}

/** Two rules are the same whatever they are described as. */
export function sameRule(a: Omit<RuleRecord, "id">, b: Omit<RuleRecord, "id">): boolean {
  return (
    a.egress === b.egress &&
    a.protocol === b.protocol &&
    a.fromPort === b.fromPort &&
    a.toPort === b.toPort &&
    a.cidrIpv4 === b.cidrIpv4 &&
    a.cidrIpv6 === b.cidrIpv6 &&
    a.groupId === b.groupId
  );
}

export function removeRules(data: Ec2Data, group: SecurityGroupRecord, gone: readonly RuleRecord[]): void {
  group.rules = group.rules.filter((rule) => !gone.includes(rule));
  forgetTags(data, ...gone.map(({ id }) => id));
}

export function ruleShape(data: Ec2Data, group: SecurityGroupRecord, rule: RuleRecord) {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    GroupOwnerId: sandboxAccount,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    ReferencedGroupInfo:
      rule.groupId === undefined ? undefined : { GroupId: rule.groupId, UserId: sandboxAccount, VpcId: group.vpcId },
    Description: rule.description,
    Tags: tagSet(data, rule.id),
  };
}

/** Rules of one direction as permissions: those with the same protocol and ports are shown as one. */
export function permissionsOf(rules: readonly RuleRecord[]) {
  const byPorts = new Map<string, RuleRecord[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    byPorts.set(key, [...(byPorts.get(key) ?? []), rule]);
  }
  return [...byPorts.values()].map((same) => {
    const { protocol = "-1", fromPort, toPort } = same[0] ?? {};
    // "All traffic" has no ports.
    const hasPorts = protocol !== "-1";
    return {
      IpProtocol: protocol,
      FromPort: hasPorts ? fromPort : undefined,
      ToPort: hasPorts ? toPort : undefined,
      IpRanges: same.flatMap(({ cidrIpv4, description }) =>
        cidrIpv4 === undefined ? [] : [{ CidrIp: cidrIpv4, Description: description }],
      ),
      Ipv6Ranges: same.flatMap(({ cidrIpv6, description }) =>
        cidrIpv6 === undefined ? [] : [{ CidrIpv6: cidrIpv6, Description: description }],
      ),
      PrefixListIds: [],
      UserIdGroupPairs: same.flatMap(({ groupId, description }) =>
        groupId === undefined ? [] : [{ GroupId: groupId, UserId: sandboxAccount, Description: description }],
      ),
    };
  });
}
