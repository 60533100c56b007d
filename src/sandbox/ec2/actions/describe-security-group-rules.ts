import {
  DescribeSecurityGroupRules$,
  type DescribeSecurityGroupRulesCommandInput,
  type DescribeSecurityGroupRulesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { RuleRecord, SecurityGroupRecord } from "../records.ts";
import { ruleShape } from "../rules.ts";
import { selectPage } from "../select.ts";

type Entry = { readonly id: string; readonly group: SecurityGroupRecord; readonly rule: RuleRecord };

const fields: FilterFields<Entry> = {
  "group-id": ({ group }) => group.id,
  "security-group-rule-id": ({ id }) => id,
};

export const describeSecurityGroupRules = action(
  DescribeSecurityGroupRules$,
  (input: DescribeSecurityGroupRulesCommandInput, { world: { ec2 } }) => {
    const entries = Object.values(ec2.data.securityGroups).flatMap((group) =>
      group.rules.map((rule): [string, Entry] => [rule.id, { id: rule.id, group, rule }]),
    );
    const { items, NextToken } = selectPage(ec2, input, {
      records: Object.fromEntries(entries),
      kind: kinds.securityGroupRule,
      ids: input.SecurityGroupRuleIds,
      fields,
    });
    return {
      SecurityGroupRules: items.map(({ group, rule }) => ruleShape(ec2.data, group, rule)),
      NextToken,
    } satisfies ActionOutput<DescribeSecurityGroupRulesCommandOutput>;
  },
);
