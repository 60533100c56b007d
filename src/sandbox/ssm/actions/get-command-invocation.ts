import {
  GetCommandInvocation$,
  type GetCommandInvocationCommandInput,
  type GetCommandInvocationCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { finalStatuses, type CommandRecord, type InvocationRecord } from "../records.ts";
import { pluginName } from "../shapes.ts";

/**
 * Who asks wants to know of the end, and AWS takes about as long for an answer over the network: asked early, it tells of an
 * end that comes a moment later, and is asked a third as often.
 */
const holdMs = 300;

export const getCommandInvocation = action(
  GetCommandInvocation$,
  async (input: GetCommandInvocationCommandInput, { world }) => {
    const { CommandId = "", InstanceId, PluginName } = input;
    const command = world.ssm.command(CommandId);
    const invocation = command?.invocations.find(({ instanceId }) => instanceId === InstanceId);
    if (!command || !invocation) throw new AwsError("InvocationDoesNotExist", "");
    if (PluginName !== undefined && ![pluginName, pluginName.replace("aws:", "")].includes(PluginName)) {
      throw new AwsError("InvalidPluginName", `The plugin name ${PluginName} is not valid.`);
    }
    await endOrPatience(world, command, invocation);
    // As on AWS there is nothing to read before the end.
    const ended = finalStatuses.has(invocation.status);
    return {
      CommandId,
      InstanceId,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: "$DEFAULT",
      PluginName: pluginName,
      ResponseCode: invocation.responseCode,
      ExecutionStartDateTime: invocation.startedAt ?? "",
      ExecutionElapsedTime: elapsed(invocation),
      ExecutionEndDateTime: invocation.endedAt ?? "",
      Status: invocation.status,
      StatusDetails: invocation.details,
      StandardOutputContent: ended ? invocation.stdout : "",
      StandardOutputUrl: "",
      StandardErrorContent: ended ? invocation.stderr : "",
      StandardErrorUrl: "",
      CloudWatchOutputConfig: { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false },
    } satisfies ActionOutput<GetCommandInvocationCommandOutput>;
  },
);

async function endOrPatience(world: World, command: CommandRecord, invocation: InvocationRecord): Promise<void> {
  const signal = AbortSignal.timeout(holdMs);
  while (!finalStatuses.has(invocation.status) && !signal.aborted) await world.ssm.newsOf(command, signal);
}

/** ISO 8601, e.g. PT1.204S */
function elapsed({ startedAt, endedAt }: InvocationRecord): string {
  if (startedAt === undefined || endedAt === undefined) return "";
  return `PT${(Date.parse(endedAt) - Date.parse(startedAt)) / 1000}S`;
}
