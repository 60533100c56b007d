import {
  DescribeRules$,
  type DescribeRulesCommandInput,
  type DescribeRulesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { getListener, getRule } from "../find.ts";
import { defaultRuleOutput, ruleOutput } from "../outputs.ts";
import { page } from "../page.ts";
import { rulesOf } from "../store.ts";

export const describeRules = action(
  DescribeRules$,
  (input: DescribeRulesCommandInput, { world }): ActionOutput<DescribeRulesCommandOutput> => {
    const { ListenerArn, RuleArns } = input;
    if (!ListenerArn === !RuleArns?.length) {
      throw invalid("You must specify either rule ARNs or a listener ARN");
    }
    if (!ListenerArn)
      return { Rules: (RuleArns ?? []).map((arn) => ruleOutput(getRule(world, arn))), NextMarker: undefined };
    const listener = getListener(world, ListenerArn);
    const rules = [...rulesOf(world.elbv2, listener.arn).map(ruleOutput), defaultRuleOutput(listener)];
    const { items, nextMarker } = page(rules, ({ RuleArn = "" }) => RuleArn, input);
    return { Rules: items, NextMarker: nextMarker };
  },
);
