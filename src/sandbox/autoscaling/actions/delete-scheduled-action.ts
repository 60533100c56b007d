import { DeleteScheduledAction$, type DeleteScheduledActionCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { getGroup } from "../find.ts";
import { scheduledIn } from "../scheduled.ts";

export const deleteScheduledAction = action(
  DeleteScheduledAction$,
  async (input: DeleteScheduledActionCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const found = scheduledIn(world, group).find(({ name }) => name === input.ScheduledActionName);
    if (!found) throw invalid("Scheduled action name not found");
    delete world.autoscaling.data.scheduled[found.arn];
    await world.autoscaling.save();
    return {};
  },
);
