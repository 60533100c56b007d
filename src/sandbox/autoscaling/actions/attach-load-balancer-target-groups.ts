import {
  AttachLoadBalancerTargetGroups$,
  type AttachLoadBalancerTargetGroupsCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { targetGroupsFrom } from "../settings.ts";

/** The instances of the group are registered in the background. */
export const attachLoadBalancerTargetGroups = action(
  AttachLoadBalancerTargetGroups$,
  async (input: AttachLoadBalancerTargetGroupsCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const arns = targetGroupsFrom(world, input.TargetGroupARNs);
    const others = group.targetGroups.filter((it) => !arns.includes(it.arn) || it.state === "InService");
    const added = arns.filter((arn) => !others.some((it) => it.arn === arn));
    group.targetGroups = [...others, ...added.map((arn) => ({ arn, state: "Adding" as const }))];
    await world.autoscaling.save();
    return {};
  },
);
