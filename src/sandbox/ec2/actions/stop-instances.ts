import { StopInstances$, type StopInstancesCommandInput, type StopInstancesCommandOutput } from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { changeStates, type StateChange } from "../change-states.ts";
import { stop } from "../life.ts";

const stopping: StateChange = { verb: "stopped", from: ["running"], already: ["stopping", "stopped"], change: stop };

export const stopInstances = action(StopInstances$, async (input: StopInstancesCommandInput, { world }) => {
  const StoppingInstances = await changeStates(world, input.InstanceIds, stopping);
  return { StoppingInstances } satisfies ActionOutput<StopInstancesCommandOutput>;
});
