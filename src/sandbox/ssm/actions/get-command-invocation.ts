import {
  GetCommandInvocation$,
  type GetCommandInvocationCommandInput,
  type GetCommandInvocationCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { finalStatuses, type InvocationRecord } from "../records.ts";
import { pluginName } from "../shapes.ts";

export const getCommandInvocation = action(
  GetCommandInvocation$,
  (input: GetCommandInvocationCommandInput, { world }) => {
    const { CommandId = "", InstanceId, PluginName } = input;
    const command = world.ssm.command(CommandId);
    const invocation = command?.invocations.find(({ instanceId }) => instanceId === InstanceId);
    if (!command || !invocation) throw new AwsError("InvocationDoesNotExist", "");
    if (PluginName !== undefined && ![pluginName, pluginName.replace("aws:", "")].includes(PluginName)) {
      throw new AwsError("InvalidPluginName", `The plugin name ${PluginName} is not valid.`);
    }
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

/** ISO 8601, e.g. PT1.204S */
function elapsed({ startedAt, endedAt }: InvocationRecord): string {
  if (startedAt === undefined || endedAt === undefined) return "";
  return `PT${(Date.parse(endedAt) - Date.parse(startedAt)) / 1000}S`;
}
