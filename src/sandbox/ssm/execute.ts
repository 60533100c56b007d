import type { World } from "../world.ts";
import { canReachSsm } from "./managed.ts";
import { failure, outcomeOf, type Outcome } from "./outcome.ts";
import { finalStatuses, type CommandRecord, type InvocationRecord } from "./records.ts";
import { nextOf } from "./rate-control.ts";
import { agentInactive, cancelArgv, neverArrived, notDelivered, resumeArgv, runArgv } from "./runner.ts";

const retryMs = 1000;
const worthKeepingMs = 3000;

/** Invocations that this daemon has to do with. */
const begun = new WeakSet<InvocationRecord>();

/**
 * Runs a command on as many instances as may be at once, in the background, and on the next ones as those end; their
 * records say how far it is. After more errors than it may have, it is not sent to the rest.
 */
export function proceed(world: World, command: CommandRecord): void {
  const { start, drop } = nextOf(command, (invocation) => begun.has(invocation));
  for (const invocation of start) follow(world, command, invocation, deliver(world, command, invocation));
  if (drop.length === 0) return;
  const endedAt = world.now().toISOString();
  const terminated = { ...cancelledBeforeStart, details: "Terminated", endedAt };
  void world.ssm.noteCommand(command, () => {
    for (const invocation of drop) if (invocation.status === "Pending") Object.assign(invocation, terminated);
  });
}

/** Takes up an invocation that was under way when the daemon ended. */
export function resumeInvocation(world: World, command: CommandRecord, invocation: InvocationRecord): void {
  follow(world, command, invocation, resume(world, command, invocation));
}

function follow(world: World, command: CommandRecord, invocation: InvocationRecord, work: Promise<unknown>): void {
  begun.add(invocation);
  logFailure(
    world,
    command,
    work.finally(() => proceed(world, command)),
  );
}

export async function cancelInvocation(
  world: World,
  command: CommandRecord,
  invocation: InvocationRecord,
): Promise<void> {
  if (invocation.status === "Pending") {
    Object.assign(invocation, cancelledBeforeStart, { endedAt: world.now().toISOString() });
    await world.ssm.saveCommand(command);
  } else if (invocation.status === "InProgress") {
    invocation.status = "Cancelling";
    invocation.details = "Cancelling";
    await world.ssm.saveCommand(command);
    const { instanceId } = invocation;
    logFailure(world, command, world.runtime.exec(instanceId, { argv: cancelArgv(instanceId, command.id) }));
  }
}

const cancelledBeforeStart: Outcome = {
  status: "Cancelled",
  details: "Cancelled",
  responseCode: -1,
  stdout: "",
  stderr: "",
};

/** Waits for the agent as long as delivery may take; then the command runs. */
async function deliver(world: World, command: CommandRecord, invocation: InvocationRecord): Promise<void> {
  const deadline = Date.parse(command.requestedAt) + command.timeoutSeconds * 1000;
  for (;;) {
    if (invocation.status !== "Pending") return;
    const instance = world.ec2.instance(invocation.instanceId);
    if (!instance || instance.state === "terminated") {
      return finish(world, command, invocation, { ...failure(""), details: "Undeliverable" });
    }
    if (canReachSsm(world, instance) && (await run(world, command, invocation))) return;
    if (world.now().getTime() >= deadline) {
      return finish(world, command, invocation, { ...failure(""), status: "TimedOut", details: "DeliveryTimedOut" });
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
  }
}

/** False when the agent did not take it. */
async function run(world: World, command: CommandRecord, invocation: InvocationRecord): Promise<boolean> {
  const { instanceId } = invocation;
  const script = Buffer.from(`${(command.parameters["commands"] ?? []).join("\n")}\n`);
  Object.assign(invocation, { status: "InProgress", details: "InProgress", startedAt: world.now().toISOString() });
  try {
    await world.ssm.saveCommand(command);
  } catch (error) {
    // A daemon that were killed now would run it a second time: better late than twice.
    world.log({ level: "warn", event: "command-not-kept", command: command.id, error: String(error) });
    return false;
  }
  const argv = runArgv({
    instanceId,
    commandId: command.id,
    region: command.region,
    sizeBytes: script.length,
    timeoutSeconds: command.executionTimeoutSeconds,
    workingDirectory: command.workingDirectory,
  });
  let result;
  try {
    result = await world.runtime.exec(instanceId, { argv, stdin: script });
  } catch (error) {
    world.log({ level: "warn", event: "command-lost", command: command.id, error: String(error) });
    // The connection to it broke, which does not mean that the command did.
    await resume(world, command, invocation);
    return true;
  }
  if (result.exitCode === agentInactive || result.exitCode === notDelivered) {
    world.ssm.agents.forget(instanceId);
    if (isCancelling(invocation)) await finish(world, command, invocation, cancelledBeforeStart);
    else await world.ssm.noteCommand(command, () => markPending(invocation));
    return false;
  }
  await finish(world, command, invocation, outcomeOf(result));
  keepWhatItMade(world, invocation);
  return true;
}

/** Only a command that took its time may have installed something. It is over: nobody waits for this. */
function keepWhatItMade(world: World, { instanceId, status, startedAt = "", endedAt = "" }: InvocationRecord): void {
  if (status !== "Success" || Date.parse(endedAt) - Date.parse(startedAt) < worthKeepingMs) return;
  world.runtime.keepForOthers(instanceId).then(
    (kinds) => kinds.length > 0 && world.log({ level: "info", event: "kept-for-other-hosts", instanceId, kinds }),
    (error: unknown) => world.log({ level: "warn", event: "not-kept-for-other-hosts", error: String(error) }),
  );
}

async function resume(world: World, command: CommandRecord, invocation: InvocationRecord): Promise<void> {
  const { instanceId } = invocation;
  if (world.ec2.instance(instanceId)?.state !== "running") {
    return finish(world, command, invocation, failure("The instance was not running any more."));
  }
  let result;
  try {
    result = await world.runtime.exec(instanceId, { argv: resumeArgv(instanceId, command.id) });
  } catch (error) {
    return finish(world, command, invocation, failure(`The instance could not be reached any more: ${String(error)}`));
  }
  if (result.exitCode !== neverArrived) return finish(world, command, invocation, outcomeOf(result));
  if (isCancelling(invocation)) return finish(world, command, invocation, cancelledBeforeStart);
  await world.ssm.noteCommand(command, () => markPending(invocation));
  return deliver(world, command, invocation);
}

async function finish(
  world: World,
  command: CommandRecord,
  invocation: InvocationRecord,
  outcome: Outcome,
): Promise<void> {
  const endedAt = world.now().toISOString();
  await world.ssm.noteCommand(command, () => {
    if (!finalStatuses.has(invocation.status)) Object.assign(invocation, outcome, { endedAt });
  });
}

function markPending(invocation: InvocationRecord): void {
  if (!finalStatuses.has(invocation.status)) invocation.status = invocation.details = "Pending";
}

/** A call of its own, because the status changes while others are awaited. */
function isCancelling({ status }: InvocationRecord): boolean {
  return status === "Cancelling";
}

function logFailure(world: World, command: CommandRecord, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.log({ level: "error", event: "command-failed", command: command.id, error: text });
  });
}
