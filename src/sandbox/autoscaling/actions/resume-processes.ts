import { ResumeProcesses$, type ResumeProcessesCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { processesFrom } from "../processes.ts";

/** All processes when none is named. */
export const resumeProcesses = action(
  ResumeProcesses$,
  async (input: ResumeProcessesCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const named = processesFrom(input.ScalingProcesses);
    group.suspended = group.suspended.filter((name) => !named.includes(name));
    await world.autoscaling.save();
    return {};
  },
);
