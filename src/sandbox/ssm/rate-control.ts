import { AwsError } from "../wire/action.ts";
import type { CommandRecord, InvocationRecord } from "./records.ts";

const patterns = {
  MaxConcurrency: /^([1-9]\d*|[1-9]\d?%|100%)$/,
  MaxErrors: /^(0|[1-9]\d*|\d%|[1-9]\d%|100%)$/,
} as const;

export function checkRate(name: keyof typeof patterns, given: string | undefined, usual: string): string {
  const value = given ?? usual;
  if (patterns[name].test(value)) return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${patterns[name].source}`,
  );
}

/** What to do next with a command; `isBegun`: this daemon has started to deliver it there. */
export function nextOf(
  command: CommandRecord,
  isBegun: (invocation: InvocationRecord) => boolean,
): { readonly start: InvocationRecord[]; readonly drop: InvocationRecord[] } {
  const { invocations, maxConcurrency, maxErrors } = command;
  const total = invocations.length;
  const waiting = invocations.filter((it) => it.status === "Pending" && !isBegun(it));
  const errors = invocations.filter(({ status }) => status === "Failed" || status === "TimedOut").length;
  // "If you specify 3, the system stops sending the command when the fourth error is received" (API reference).
  if (errors > shareOf(maxErrors, total)) return { start: [], drop: waiting };
  const active = invocations.filter(
    (it) => it.status === "InProgress" || it.status === "Cancelling" || (it.status === "Pending" && isBegun(it)),
  ).length;
  const most = Math.max(1, shareOf(maxConcurrency, total));
  return { start: waiting.slice(0, Math.max(0, most - active)), drop: [] };
}

function shareOf(limit: string, total: number): number {
  const number = Number.parseInt(limit, 10);
  return limit.endsWith("%") ? Math.floor((total * number) / 100) : number;
}
