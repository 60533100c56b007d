import { SetDesiredCapacity$, type SetDesiredCapacityCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { at } from "../activities.ts";
import { invalid } from "../errors.ts";
import { getGroup } from "../find.ts";

export const setDesiredCapacity = action(
  SetDesiredCapacity$,
  async (input: SetDesiredCapacityCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const { DesiredCapacity: desired = group.desired } = input;
    if (desired > group.max) {
      throw invalid(
        `New SetDesiredCapacity value ${desired} is above max value ${group.max} for the AutoScalingGroup.`,
      );
    }
    if (desired < group.min) {
      throw invalid(
        `New SetDesiredCapacity value ${desired} is below min value ${group.min} for the AutoScalingGroup.`,
      );
    }
    if (desired !== group.desired) {
      group.cause = `${at(world)} a user request explicitly set group desired capacity changing the desired capacity from ${group.desired} to ${desired}.`;
      group.desired = desired;
      group.backoff = undefined;
    }
    await world.autoscaling.save();
    return {};
  },
);
