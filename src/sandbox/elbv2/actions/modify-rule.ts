import {
  ModifyRule$,
  type ModifyRuleCommandInput,
  type ModifyRuleCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { checkActions } from "../check-actions.ts";
import { checkConditions } from "../check-conditions.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getListener, getRule } from "../find.ts";
import { ruleOutput } from "../outputs.ts";

export const modifyRule = action(
  ModifyRule$,
  async (input: ModifyRuleCommandInput, { world }): Promise<ActionOutput<ModifyRuleCommandOutput>> => {
    const record = getRule(world, input.RuleArn);
    const listener = getListener(world, record.listenerArn);
    const conditions = input.Conditions ? checkConditions(input.Conditions) : record.conditions;
    const actions = input.Actions ? checkActions(world, input.Actions, listener.loadBalancerArn) : record.actions;
    Object.assign(record, { conditions, actions });
    await world.elbv2.save();
    void dataPlaneOf(world).settle(listener.loadBalancerArn);
    return { Rules: [ruleOutput(record)] };
  },
);
