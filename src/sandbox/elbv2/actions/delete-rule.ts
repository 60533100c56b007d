import { DeleteRule$, type DeleteRuleCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action } from "../../wire/action.ts";
import { dataPlaneOf } from "../data-plane.ts";
import { getListener, getRule } from "../find.ts";

export const deleteRule = action(
  DeleteRule$,
  async (input: DeleteRuleCommandInput, { world }): Promise<Record<string, never>> => {
    const { elbv2 } = world;
    const record = getRule(world, input.RuleArn);
    const listener = getListener(world, record.listenerArn);
    delete elbv2.data.rules[record.arn];
    delete elbv2.data.tags[record.arn];
    await elbv2.save();
    void dataPlaneOf(world).settle(listener.loadBalancerArn);
    return {};
  },
);
