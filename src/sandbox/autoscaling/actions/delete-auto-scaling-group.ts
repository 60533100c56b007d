import { DeleteAutoScalingGroup$, type DeleteAutoScalingGroupCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { resourceInUse } from "../errors.ts";
import { getGroup, membersOf } from "../find.ts";
import { forgetGroup } from "../keep.ts";

/** By force together with its instances, which takes a while; else it must have none. */
export const deleteAutoScalingGroup = action(
  DeleteAutoScalingGroup$,
  async (input: DeleteAutoScalingGroupCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const isEmpty = membersOf(world, group).length === 0;
    if (!isEmpty && input.ForceDelete !== true) {
      throw resourceInUse(
        "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
      );
    }
    if (isEmpty) forgetGroup(world, group.name);
    else Object.assign(group, { isLeaving: true, min: 0, max: 0, desired: 0 });
    await world.autoscaling.save();
    return {};
  },
);
