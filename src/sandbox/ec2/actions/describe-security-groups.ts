import {
  DescribeSecurityGroups$,
  type DescribeSecurityGroupsCommandInput,
  type DescribeSecurityGroupsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { Ec2Data, RuleRecord, SecurityGroupRecord } from "../records.ts";
import { permissionsOf } from "../rules.ts";
import { selectPage } from "../select.ts";
import { tagSet } from "../tags.ts";

type GroupFields = FilterFields<SecurityGroupRecord>;

/** `ip-permission.…` speaks of inbound rules, `egress.ip-permission.…` of outbound ones. */
function ruleFields(prefix: string, egress: boolean, data: Ec2Data): GroupFields {
  const of = (value: (rule: RuleRecord) => string | number | undefined) => (group: SecurityGroupRecord) =>
    group.rules.filter((rule) => rule.egress === egress).map(value);
  return {
    [`${prefix}cidr`]: of((rule) => rule.cidrIpv4),
    [`${prefix}ipv6-cidr`]: of((rule) => rule.cidrIpv6),
    [`${prefix}from-port`]: of((rule) => rule.fromPort),
    [`${prefix}to-port`]: of((rule) => rule.toPort),
    [`${prefix}protocol`]: of((rule) => rule.protocol),
    [`${prefix}group-id`]: of((rule) => rule.groupId),
    [`${prefix}group-name`]: of((rule) => data.securityGroups[rule.groupId ?? ""]?.name),
  };
}

const fieldsOf = (data: Ec2Data): GroupFields => ({
  description: (group) => group.description,
  "group-id": (group) => group.id,
  "group-name": (group) => group.name,
  "owner-id": () => sandboxAccount,
  "vpc-id": (group) => group.vpcId,
  ...ruleFields("ip-permission.", false, data),
  ...ruleFields("egress.ip-permission.", true, data),
});

export const describeSecurityGroups = action(
  DescribeSecurityGroups$,
  (input: DescribeSecurityGroupsCommandInput, { world: { ec2 }, region }) => {
    if (input.GroupNames?.length) {
      const message = `The security group '${input.GroupNames[0]}' does not exist in default VPC`;
      throw new AwsError("InvalidGroup.NotFound", message);
    }
    const { items, NextToken } = selectPage(ec2, input, {
      records: ec2.data.securityGroups,
      kind: kinds.securityGroup,
      ids: input.GroupIds,
      fields: fieldsOf(ec2.data),
    });
    const SecurityGroups = items.map((group) => ({
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      OwnerId: sandboxAccount,
      SecurityGroupArn: `arn:aws:ec2:${region}:${sandboxAccount}:security-group/${group.id}`,
      VpcId: group.vpcId,
      IpPermissions: permissionsOf(group.rules.filter(({ egress }) => !egress)),
      IpPermissionsEgress: permissionsOf(group.rules.filter(({ egress }) => egress)),
      Tags: tagSet(ec2.data, group.id),
    }));
    return { SecurityGroups, NextToken } satisfies ActionOutput<DescribeSecurityGroupsCommandOutput>;
  },
);
