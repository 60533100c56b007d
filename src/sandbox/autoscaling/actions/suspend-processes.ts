import { SuspendProcesses$, type SuspendProcessesCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { processesFrom } from "../processes.ts";

/** All processes when none is named. */
export const suspendProcesses = action(
  SuspendProcesses$,
  async (input: SuspendProcessesCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const named = processesFrom(input.ScalingProcesses);
    group.suspended = [...new Set([...group.suspended, ...named])];
    await world.autoscaling.save();
    return {};
  },
);
