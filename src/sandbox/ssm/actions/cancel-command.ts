import { CancelCommand$, type CancelCommandCommandInput } from "@aws-sdk/client-ssm";
import { action, AwsError } from "../../wire/action.ts";
import { cancelInvocation } from "../execute.ts";

export const cancelCommand = action(CancelCommand$, async (input: CancelCommandCommandInput, { world }) => {
  const command = world.ssm.command(input.CommandId ?? "");
  if (!command) throw new AwsError("InvalidCommandId", `The specified command ID is not valid: ${input.CommandId}`);
  const only = input.InstanceIds?.length ? input.InstanceIds : undefined;
  const unknown = only?.find((id) => !command.invocations.some(({ instanceId }) => instanceId === id));
  if (unknown !== undefined) throw new AwsError("InvalidInstanceId", `The command was not sent to ${unknown}.`);
  for (const invocation of command.invocations) {
    if (!only || only.includes(invocation.instanceId)) await cancelInvocation(world, command, invocation);
  }
  return {};
});
