import {
  TerminateInstanceInAutoScalingGroup$,
  type TerminateInstanceInAutoScalingGroupCommandInput,
  type TerminateInstanceInAutoScalingGroupCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { at } from "../activities.ts";
import { invalid, notSupported } from "../errors.ts";
import { getMember } from "../find.ts";
import { activityShape } from "../shapes.ts";
import { takeOut } from "../terminating.ts";

/** It drains first, and is replaced unless the group is to be smaller. */
export const terminateInstanceInAutoScalingGroup = action(
  TerminateInstanceInAutoScalingGroup$,
  async (input: TerminateInstanceInAutoScalingGroupCommandInput, { world }) => {
    if (input.InstanceIds?.length) throw notSupported("InstanceIds");
    const { group, member } = getMember(world, input.InstanceId, input.AutoScalingGroupName);
    const isSmaller = input.ShouldDecrementDesiredCapacity === true;
    if (isSmaller && group.desired <= group.min) {
      throw invalid(
        `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
      );
    }
    let { activityId } = member;
    if (member.lifecycle !== "Terminating") {
      const request = `${at(world)} instance ${member.instanceId ?? ""} was taken out of service in response to a user request`;
      const change = isSmaller ? `, shrinking the capacity from ${group.desired} to ${group.desired - 1}` : "";
      activityId = takeOut(world, group, member, `${request}${change}.`);
      if (isSmaller) group.desired -= 1;
      else
        group.cause ??= `${at(world)} an instance was launched in response to an instance that was terminated by a user.`;
    }
    await world.autoscaling.save();
    const activity = world.autoscaling.data.activities[activityId];
    return {
      Activity: activity && activityShape(world, activity),
    } satisfies ActionOutput<TerminateInstanceInAutoScalingGroupCommandOutput>;
  },
);
