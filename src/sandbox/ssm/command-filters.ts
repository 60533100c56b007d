import type { CommandFilter } from "@aws-sdk/client-ssm";
import { AwsError } from "../wire/action.ts";
import { finalStatuses, type CommandRecord, type InvocationStatus } from "./records.ts";

interface Subject {
  readonly command: CommandRecord;
  readonly status: InvocationStatus;
}

/** The filters of ListCommands and ListCommandInvocations; all of them must hold. */
export function filterCommands<T>(
  items: readonly T[],
  filters: readonly CommandFilter[] | undefined,
  subjectOf: (item: T) => Subject,
): T[] {
  const tests = (filters ?? []).map(testOf);
  return items.filter((item) => tests.every((test) => test(subjectOf(item))));
}

function testOf({ key, value = "" }: CommandFilter): (subject: Subject) => boolean {
  switch (key) {
    case "InvokedAfter":
      return ({ command }) => Date.parse(command.requestedAt) > Date.parse(value);
    case "InvokedBefore":
      return ({ command }) => Date.parse(command.requestedAt) < Date.parse(value);
    case "Status":
      return ({ status }) => status === value;
    case "DocumentName":
      return ({ command }) => command.documentName === value;
    case "ExecutionStage":
      return ({ status }) => finalStatuses.has(status) === (value === "Complete");
    default:
      throw new AwsError("InvalidFilterKey", `The specified filter key is not valid: ${key}`);
  }
}
