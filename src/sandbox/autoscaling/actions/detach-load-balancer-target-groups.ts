import {
  DetachLoadBalancerTargetGroups$,
  type DetachLoadBalancerTargetGroupsCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { getGroup } from "../find.ts";

/** The instances of the group are deregistered in the background, and drain. */
export const detachLoadBalancerTargetGroups = action(
  DetachLoadBalancerTargetGroups$,
  async (input: DetachLoadBalancerTargetGroupsCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const arns = input.TargetGroupARNs ?? [];
    const unknown = arns.find((arn) => !group.targetGroups.some((it) => it.arn === arn));
    if (unknown !== undefined)
      throw invalid(`Trying to remove Target Groups that are not part of the group: ${unknown}`);
    group.targetGroups = group.targetGroups.map((it) => (arns.includes(it.arn) ? { ...it, state: "Removing" } : it));
    await world.autoscaling.save();
    return {};
  },
);
