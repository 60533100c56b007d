import type { HostCommandResult } from "../runtime.ts";
import type { InvocationRecord } from "./records.ts";

export const shownOutputCharacters = 24_000;
export const shownErrorCharacters = 8_000;
/** ListCommandInvocations shows less. */
export const listedOutputCharacters = 2_500;

export type Outcome = Pick<InvocationRecord, "status" | "details" | "responseCode" | "stdout" | "stderr">;

/** What the agent reports for a command that it had to end. */
const stoppedCode = 137;

/** Reads what the runner reported. A runner that reported nothing was itself ended, with the host for example. */
export function outcomeOf(result: HostCommandResult): Outcome {
  const text = result.stdout.toString("utf8");
  const [, how, code, body = ""] = /^(exit (\d+)|timed-out|cancelled|killed)\n([^]*)$/.exec(text) ?? [];
  const stderr = result.stderr.toString("utf8");
  const stdout = cut(how === undefined ? text : body, shownOutputCharacters);
  switch (how) {
    case "timed-out":
      return end("TimedOut", "ExecutionTimedOut", stoppedCode, stdout, stderr);
    case "cancelled":
      return end("Cancelled", "Cancelled", stoppedCode, stdout, stderr);
    case "killed":
      return end("Failed", "Failed", stoppedCode, stdout, withAgentsWord(stderr, "signal: killed"));
    default: {
      const exitCode = code === undefined ? result.exitCode : Number(code);
      if (exitCode === 0) return end("Success", "Success", 0, stdout, stderr);
      return end("Failed", "Failed", exitCode, stdout, withAgentsWord(stderr, `exit status ${exitCode}`));
    }
  }
}

export function failure(message: string): Outcome {
  return end("Failed", "Failed", -1, "", message);
}

/** The first characters, without cutting one in two. */
export function cut(text: string, characters: number): string {
  return text.length <= characters ? text : Array.from(text).slice(0, characters).join("");
}

function end(
  status: Outcome["status"],
  details: string,
  responseCode: number,
  stdout: string,
  stderr: string,
): Outcome {
  return { status, details, responseCode, stdout, stderr: cut(stderr, shownErrorCharacters) };
}

/** The agent adds this line to standard error. */
function withAgentsWord(stderr: string, how: string): string {
  const separator = stderr === "" || stderr.endsWith("\n") ? "" : "\n";
  return `${stderr}${separator}failed to run commands: ${how}`;
}
