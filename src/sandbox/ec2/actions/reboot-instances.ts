import { RebootInstances$, type RebootInstancesCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { changeStates, type StateChange } from "../change-states.ts";
import { reboot } from "../life.ts";

const rebooting: StateChange = { verb: "rebooted", from: ["running"], already: [], change: reboot };

export const rebootInstances = action(RebootInstances$, async (input: RebootInstancesCommandInput, { world }) => {
  await changeStates(world, input.InstanceIds, rebooting);
  return {};
});
