import type { World } from "../world.ts";
import { tagsOf } from "../ec2/tags.ts";
import { cut, listedOutputCharacters } from "./outcome.ts";
import { finalStatuses, type CommandRecord, type InvocationRecord } from "./records.ts";

export const pluginName = "aws:runShellScript";

type Status = InvocationRecord["status"];

/** What a command as a whole is, from what its invocations are. */
export function statusOf({ invocations }: CommandRecord): { Status: Status; StatusDetails: string } {
  const any = (...statuses: Status[]): boolean => invocations.some(({ status }) => statuses.includes(status));
  const both = (status: Status): { Status: Status; StatusDetails: string } => ({
    Status: status,
    StatusDetails: status,
  });
  if (invocations.length === 0) return { Status: "Success", StatusDetails: "NoInstancesInTag" };
  if (invocations.every(({ status }) => status === "Pending")) return both("Pending");
  if (any("Cancelling")) return both("Cancelling");
  if (any("Pending", "InProgress")) return both("InProgress");
  if (any("TimedOut")) return both("TimedOut");
  if (any("Cancelled")) return both("Cancelled");
  return both(any("Failed") ? "Failed" : "Success");
}

export function commandShape(command: CommandRecord) {
  const ended = command.invocations.filter(({ status }) => finalStatuses.has(status));
  const expiresMs = (command.timeoutSeconds + command.executionTimeoutSeconds) * 1000;
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: "$DEFAULT",
    Comment: command.comment,
    ExpiresAfter: new Date(Date.parse(command.requestedAt) + expiresMs),
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([key, values]) => [key, [...values]])),
    InstanceIds: [...command.instanceIds],
    Targets: command.targets.map(({ key, values }) => ({ Key: key, Values: [...values] })),
    RequestedDateTime: new Date(command.requestedAt),
    ...statusOf(command),
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: command.invocations.length,
    CompletedCount: ended.length,
    ErrorCount: ended.filter(({ status }) => status === "Failed" || status === "TimedOut").length,
    DeliveryTimedOutCount: ended.filter(({ details }) => details === "DeliveryTimedOut").length,
    TimeoutSeconds: command.timeoutSeconds,
  };
}

export function invocationShape(world: World, command: CommandRecord, invocation: InvocationRecord, details: boolean) {
  const { instanceId, status } = invocation;
  const Output = cut(joined(invocation), listedOutputCharacters);
  const plugin = {
    Name: pluginName,
    Status: status === "Cancelling" ? ("InProgress" as const) : status,
    StatusDetails: invocation.details,
    ResponseCode: invocation.responseCode,
    ResponseStartDateTime: dateOf(invocation.startedAt),
    ResponseFinishDateTime: dateOf(invocation.endedAt),
    Output: finalStatuses.has(status) ? Output : "",
    StandardOutputUrl: "",
    StandardErrorUrl: "",
  };
  return {
    CommandId: command.id,
    InstanceId: instanceId,
    InstanceName: tagsOf(world.ec2.data, instanceId)["Name"] ?? "",
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: "$DEFAULT",
    RequestedDateTime: new Date(command.requestedAt),
    Status: status,
    StatusDetails: invocation.details,
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    CommandPlugins: details ? [plugin] : [],
  };
}

/** ListCommandInvocations shows both streams in one text. */
function joined({ stdout, stderr }: InvocationRecord): string {
  return stderr === "" ? stdout : `${stdout}\n----------ERROR-------\n${stderr}`;
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
