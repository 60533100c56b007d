import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { getSecurityGroup, kinds } from "./find.ts";
import { refreshFirewalls } from "./firewalls.ts";
import { missingParameter } from "./errors.ts";
import { rulesFrom, type RulesInput } from "./permissions.ts";
import type { RuleRecord, SecurityGroupRecord } from "./records.ts";
import { removeRules, sameRule } from "./rules.ts";
import { putTags } from "./tags.ts";

interface ChangeInput extends RulesInput {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
}

/** AWS's default quota. */
const maximumRules = 60;

/** Adds the rules, all or none of them. */
export async function authorizeRules(
  world: World,
  input: ChangeInput,
  egress: boolean,
  tags: Readonly<Record<string, string>>,
): Promise<{ group: SecurityGroupRecord; rules: RuleRecord[] }> {
  const { ec2 } = world;
  const group = groupIn(world, input);
  const rules = rulesFrom(ec2, group, input, egress);
  const all = [...group.rules];
  for (const rule of rules) {
    if (all.some((other) => sameRule(other, rule))) {
      throw new AwsError("InvalidPermission.Duplicate", `the specified rule "${describe(rule)}" already exists`);
    }
    all.push(rule);
  }
  if (all.filter((rule) => rule.egress === egress).length > maximumRules) {
    throw new AwsError(
      "RulesPerSecurityGroupLimitExceeded",
      "The maximum number of rules per security group has been reached.",
    );
  }
  group.rules = all;
  for (const { id } of rules) putTags(ec2.data, id, tags);
  await ec2.save();
  if (!egress) await refreshFirewalls(world, { groupIds: [group.id] });
  return { group, rules };
}

/** Takes rules away, by their ids or by what they say; all of them must be there. */
export async function revokeRules(
  world: World,
  input: ChangeInput & { readonly SecurityGroupRuleIds?: readonly string[] | undefined },
  egress: boolean,
): Promise<void> {
  const group = groupIn(world, input);
  const present = group.rules.filter((rule) => rule.egress === egress);
  const gone = input.SecurityGroupRuleIds?.length
    ? input.SecurityGroupRuleIds.map((id) => {
        const rule = present.find((it) => it.id === id);
        if (!rule) throw kinds.securityGroupRule.notFound(id);
        return rule;
      })
    : rulesFrom(world.ec2, group, input, egress).map((wanted) => {
        const rule = present.find((it) => sameRule(it, wanted));
        if (rule) return rule;
        throw new AwsError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
      });
  removeRules(world.ec2.data, group, gone);
  await world.ec2.save();
  if (!egress) await refreshFirewalls(world, { groupIds: [group.id] });
}

function groupIn(world: World, { GroupId, GroupName }: ChangeInput): SecurityGroupRecord {
  if (GroupId !== undefined) return getSecurityGroup(world.ec2, GroupId);
  if (GroupName === undefined) throw missingParameter("groupId");
  // By name EC2 only finds groups of the default VPC, and there is none here.
  throw new AwsError("InvalidGroup.NotFound", `The security group '${GroupName}' does not exist in default VPC`);
}

function describe(rule: RuleRecord): string {
  const peer = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.groupId;
  const ports = rule.protocol === "-1" ? "" : `, from port: ${rule.fromPort}, to port: ${rule.toPort}`;
  return `peer: ${peer}, ${rule.protocol === "-1" ? "ALL" : rule.protocol.toUpperCase()}${ports}, ALLOW`;
}
