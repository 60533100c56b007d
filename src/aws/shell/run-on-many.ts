import { randomBytes } from "node:crypto";
import type { CommandInvocation } from "@aws-sdk/client-ssm";
import type { CommandResult, RemoteScript } from "../../ports/shell.ts";
import { unwrapOutput, wrapScript } from "../../remote/wrap.ts";
import type { Clients } from "../clients.ts";
import { collectPages } from "../filters.ts";
import type { ShellOptions } from "../shell.ts";
import { isAwsError } from "../translate-error.ts";
import { deliveryTimeoutSeconds, graceMs, unfinished } from "./commands.ts";
import { assertRan, notManaged, silent } from "./failures.ts";

/** SSM takes so many instance ids in one command. */
const mostTargets = 50;
/** So many hosts at a time: a mistake in a script, or a database that all of them ask, is not met by all at once. */
const concurrency = 10;
/** What AWS puts between what a plugin printed and what it printed as errors. */
const errorMark = "\n----------ERROR-------\n";

/** One command for many hosts; which of them has ended is asked for all of them together. */
export async function runOnMany(
  clients: Pick<Clients, "ssm">,
  options: ShellOptions,
  instanceIds: readonly string[],
  script: RemoteScript,
  signal: AbortSignal | undefined,
): Promise<CommandResult[]> {
  const results: CommandResult[] = [];
  for (let start = 0; start < instanceIds.length; start += mostTargets) {
    results.push(...(await runBatch(clients, options, instanceIds.slice(start, start + mostTargets), script, signal)));
  }
  return results;
}

async function runBatch(
  clients: Pick<Clients, "ssm">,
  { clock, pollMs, onCommand }: ShellOptions,
  instanceIds: readonly string[],
  script: RemoteScript,
  signal: AbortSignal | undefined,
): Promise<CommandResult[]> {
  const since = clock.now().getTime();
  const token = randomBytes(6).toString("hex");
  const commandId = await send(clients, instanceIds, {
    ...script,
    text: wrapScript(script, { token, name: script.name }),
  });
  const rounds = Math.ceil(instanceIds.length / concurrency);
  const patienceMs = rounds * script.timeoutMs + deliveryTimeoutSeconds * 1000 + graceMs;
  let delayMs = pollMs;
  for (;;) {
    signal?.throwIfAborted();
    await clock.sleep(delayMs);
    delayMs = Math.min(delayMs * 1.3, 10 * pollMs);
    const invocations = await list(clients, commandId);
    const elapsedMs = clock.now().getTime() - since;
    const isDone = ({ Status }: CommandInvocation): boolean => !unfinished.has(Status ?? "Pending");
    if (invocations.length === instanceIds.length && invocations.every(isDone)) {
      const results = invocations.map((invocation) =>
        toResult(invocation, { ...script, commandId, token, durationMs: elapsedMs }),
      );
      for (const { instanceId, exitCode } of results) {
        onCommand?.({
          scriptName: script.name,
          text: script.text,
          instanceId,
          commandId,
          exitCode,
          durationMs: elapsedMs,
        });
      }
      return results;
    }
    if (elapsedMs >= patienceMs) {
      const waiting = invocations.find((it) => !isDone(it)) ?? invocations[0];
      throw silent(
        waiting?.InstanceId ?? instanceIds[0] ?? "",
        script.name,
        commandId,
        elapsedMs,
        waiting?.Status ?? "not visible yet",
      );
    }
  }
}

async function send(
  clients: Pick<Clients, "ssm">,
  instanceIds: readonly string[],
  script: RemoteScript,
): Promise<string> {
  const { SendCommandCommand } = await import("@aws-sdk/client-ssm");
  const command = new SendCommandCommand({
    DocumentName: "AWS-RunShellScript",
    InstanceIds: [...instanceIds],
    Comment: `lecture05 ${script.name}`.slice(0, 100),
    TimeoutSeconds: deliveryTimeoutSeconds,
    MaxConcurrency: String(concurrency),
    // What one host cannot do says nothing about the others.
    MaxErrors: "100%",
    Parameters: {
      commands: [script.text],
      executionTimeout: [String(Math.max(1, Math.ceil(script.timeoutMs / 1000)))],
    },
  });
  try {
    const { Command } = await (await clients.ssm()).send(command);
    if (!Command?.CommandId) throw new Error("SendCommand answered without a command id");
    return Command.CommandId;
  } catch (error) {
    if (isAwsError(error, "InvalidInstanceId")) throw notManaged(instanceIds.join(", "), "InvalidInstanceId", error);
    throw error;
  }
}

async function list(clients: Pick<Clients, "ssm">, CommandId: string): Promise<CommandInvocation[]> {
  const { paginateListCommandInvocations } = await import("@aws-sdk/client-ssm");
  const pages = paginateListCommandInvocations({ client: await clients.ssm() }, { CommandId, Details: true });
  return collectPages(pages, (page) => page.CommandInvocations);
}

interface Sent extends Pick<RemoteScript, "name" | "timeoutMs"> {
  readonly commandId: string;
  readonly token: string;
  readonly durationMs: number;
}

function toResult(
  { InstanceId = "", Status, StatusDetails, CommandPlugins }: CommandInvocation,
  { name, timeoutMs, commandId, token, durationMs }: Sent,
): CommandResult {
  const [plugin] = CommandPlugins ?? [];
  assertRan({ Status, StatusDetails }, InstanceId, name, timeoutMs);
  const [shown = "", errors = ""] = (plugin?.Output ?? "").split(errorMark);
  const { stdout, stderr } = unwrapOutput(shown, errors, token);
  return { instanceId: InstanceId, commandId, exitCode: plugin?.ResponseCode ?? -1, stdout, stderr, durationMs };
}
