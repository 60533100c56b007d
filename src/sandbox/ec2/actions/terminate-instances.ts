import {
  TerminateInstances$,
  type TerminateInstancesCommandInput,
  type TerminateInstancesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { changeStates, type StateChange } from "../change-states.ts";
import { terminate } from "../life.ts";

/** Also from "shutting-down": a removal that failed is tried again. */
const terminating: StateChange = {
  verb: "terminated",
  from: ["pending", "running", "stopping", "stopped", "shutting-down"],
  already: ["terminated"],
  change: (world, instance) => terminate(world, instance),
};

export const terminateInstances = action(
  TerminateInstances$,
  async (input: TerminateInstancesCommandInput, { world }) => {
    const TerminatingInstances = await changeStates(world, input.InstanceIds, terminating);
    return { TerminatingInstances } satisfies ActionOutput<TerminateInstancesCommandOutput>;
  },
);
