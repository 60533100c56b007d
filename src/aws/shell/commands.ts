import type { GetCommandInvocationCommandOutput } from "@aws-sdk/client-ssm";
import type { Clock } from "../../steps/step.ts";
import type { Clients } from "../clients.ts";
import { isAwsError } from "../translate-error.ts";
import { interrupted, notManaged, silent } from "./failures.ts";

/** How long AWS may try to deliver a command; its own default is an hour (eks-anywhere#7672). */
export const deliveryTimeoutSeconds = 120;
/** Between the end of a script's time and the moment when SSM must have said so. */
export const graceMs = 60_000;
/** A command that was cancelled says so within this time, or is left to its own timeout. */
const cancelTimeoutMs = 20_000;
export const unfinished = new Set(["Pending", "InProgress", "Delayed", "Cancelling"]);

export interface CommandOptions {
  readonly clock: Clock;
  /** How often a wait looks, in milliseconds; at first sooner, because most scripts are done in a moment. */
  readonly pollMs: number;
}

export interface CommandRequest {
  readonly instanceId: string;
  readonly command: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type Invocation = GetCommandInvocationCommandOutput;

export async function sendCommand(clients: Clients, request: CommandRequest): Promise<string> {
  const { SendCommandCommand } = await import("@aws-sdk/client-ssm");
  const ssm = await clients.ssm();
  try {
    const { Command } = await ssm.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunShellScript",
        InstanceIds: [request.instanceId],
        Comment: `lecture05 ${request.name}`.slice(0, 100),
        TimeoutSeconds: deliveryTimeoutSeconds,
        Parameters: {
          commands: [request.command],
          executionTimeout: [String(Math.max(1, Math.ceil(request.timeoutMs / 1000)))],
        },
      }),
    );
    if (!Command?.CommandId) throw new Error("SendCommand answered without a command id");
    return Command.CommandId;
  } catch (error) {
    if (isAwsError(error, "InvalidInstanceId")) throw notManaged(request.instanceId, "InvalidInstanceId", error);
    throw error;
  }
}

/** Looks until the command has ended. When the signal fires, the command is cancelled on the host as well. */
export async function awaitCommand(
  clients: Clients,
  { clock, pollMs }: CommandOptions,
  { instanceId, name, timeoutMs, signal }: CommandRequest,
  commandId: string,
): Promise<Invocation> {
  const since = clock.now().getTime();
  const patienceMs = timeoutMs + deliveryTimeoutSeconds * 1000 + graceMs;
  // A tenth longer each time: its end is noticed within a tenth of its own time, or within one poll.
  let delayMs = pollMs / 6;
  try {
    for (;;) {
      signal?.throwIfAborted();
      await sleep(clock, delayMs, signal);
      delayMs = Math.min(delayMs * 1.1, pollMs);
      const state = await findInvocation(clients, commandId, instanceId);
      if (state && !unfinished.has(state.Status ?? "")) return state;
      const elapsedMs = clock.now().getTime() - since;
      if (elapsedMs >= patienceMs)
        throw silent(instanceId, name, commandId, elapsedMs, state?.Status ?? "not visible yet");
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
    await cancelCommand(clients, pollMs, commandId, instanceId);
    throw interrupted(instanceId, name, error);
  }
}

/** Undefined right after SendCommand, when the invocation is not known everywhere yet (aws-sdk#86). */
async function findInvocation(
  clients: Clients,
  commandId: string,
  instanceId: string,
): Promise<Invocation | undefined> {
  const { GetCommandInvocationCommand } = await import("@aws-sdk/client-ssm");
  const ssm = await clients.ssm();
  try {
    return await ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }));
  } catch (error) {
    if (isAwsError(error, "InvocationDoesNotExist")) return undefined;
    throw error;
  }
}

/** Cancels, and waits until the status says so, so that the next run does not meet this one still at work. */
async function cancelCommand(clients: Clients, pollMs: number, commandId: string, instanceId: string): Promise<void> {
  const { CancelCommandCommand } = await import("@aws-sdk/client-ssm");
  const ssm = await clients.ssm();
  try {
    await ssm.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }));
    // The clock's own sleep ends at once after an interruption, so this wait brings its own.
    for (let waitedMs = 0; waitedMs < cancelTimeoutMs; waitedMs += pollMs) {
      const state = await findInvocation(clients, commandId, instanceId);
      if (state && !unfinished.has(state.Status ?? "")) return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } catch {
    // The interruption is what has to be told; the command ends by its own timeout at the latest.
  }
}

async function sleep(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return clock.sleep(ms);
  let abort = (): void => {};
  const aborted = new Promise<void>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    await Promise.race([clock.sleep(ms), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
