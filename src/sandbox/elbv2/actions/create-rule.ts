import {
  CreateRule$,
  type CreateRuleCommandInput,
  type CreateRuleCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { checkActions } from "../check-actions.ts";
import { checkConditions } from "../check-conditions.ts";
import { checkPriority } from "../checks.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getListener, getLoadBalancer } from "../find.ts";
import { ruleOutput } from "../outputs.ts";
import { newSuffix, rulesOf, typeOf } from "../store.ts";
import { checkTags, setTags } from "../tags.ts";

export const createRule = action(
  CreateRule$,
  async (input: CreateRuleCommandInput, { world }): Promise<ActionOutput<CreateRuleCommandOutput>> => {
    const { elbv2 } = world;
    const listener = getListener(world, input.ListenerArn);
    if (typeOf(getLoadBalancer(world, listener.loadBalancerArn)) === "network") {
      throw new AwsError("OperationNotPermitted", "Rules are unsupported for Network Load Balancer listeners");
    }
    const priority = checkPriority(input.Priority);
    if (rulesOf(elbv2, listener.arn).some((rule) => rule.priority === priority)) {
      throw new AwsError("PriorityInUse", `Priority '${priority}' is currently in use`);
    }
    checkTags(input.Tags);
    const record = {
      arn: `${listener.arn.replace(":listener/", ":listener-rule/")}/${newSuffix()}`,
      listenerArn: listener.arn,
      priority,
      conditions: checkConditions(input.Conditions),
      actions: checkActions(world, input.Actions, listener.loadBalancerArn),
    };
    elbv2.data.rules[record.arn] = record;
    setTags(elbv2.data, record.arn, input.Tags);
    await elbv2.save();
    void dataPlaneOf(world).settle(listener.loadBalancerArn);
    return { Rules: [ruleOutput(record)] };
  },
);
