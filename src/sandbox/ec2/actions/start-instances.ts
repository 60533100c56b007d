import {
  StartInstances$,
  type StartInstancesCommandInput,
  type StartInstancesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { changeStates, type StateChange } from "../change-states.ts";
import { start } from "../life.ts";

const starting: StateChange = { verb: "started", from: ["stopped"], already: ["pending", "running"], change: start };

export const startInstances = action(StartInstances$, async (input: StartInstancesCommandInput, { world }) => {
  const StartingInstances = await changeStates(world, input.InstanceIds, starting);
  return { StartingInstances } satisfies ActionOutput<StartInstancesCommandOutput>;
});
