import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { HostCommand, HostCommandResult } from "../runtime.ts";
import { unlessMissing } from "./engine.ts";
import { readSplit } from "./streams.ts";

/** By this variable every descendant of a command is found again, also one that left its process group. */
const markName = "LECTURE05_COMMAND";

/** As a shell reports SIGKILL. */
const killedExitCode = 137;

const killMarked = `
for signal in TERM KILL; do
  found=
  for environment in /proc/[0-9]*/environ; do
    pid=\${environment#/proc/}; pid=\${pid%/environ}
    if grep -qz "^$1\\$" "$environment" 2>/dev/null; then kill -$signal "$pid" 2>/dev/null && found=1; fi
  done
  [ -n "$found" ] || exit 0
  sleep 1
done`;

/**
 * Runs a command in a container without a terminal. When the signal aborts, the command and all that it started is
 * ended, and the promise rejects with the signal's reason.
 */
export async function execIn(
  container: Docker.Container,
  command: HostCommand,
  environment: readonly string[],
): Promise<HostCommandResult> {
  command.signal?.throwIfAborted();
  const mark = `${markName}=${randomUUID()}`;
  const exec = await container.exec({
    Cmd: [...command.argv],
    Env: [...environment, mark],
    AttachStdin: command.stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  });
  const stream = await exec.start({ hijack: true, stdin: command.stdin !== undefined });
  const output = readSplit(stream);
  // An error after the abort below has nobody left to hear it.
  output.catch(() => {});
  if (command.stdin !== undefined) stream.end(command.stdin);
  const exitCode = output.then(() => exitCodeOf(exec, command.signal));
  exitCode.catch(() => {});
  await untilAborted(exitCode, command.signal, async () => {
    await execIn(container, { argv: ["sh", "-c", killMarked, "sh", mark] }, []);
    stream.destroy();
  });
  return { exitCode: await exitCode, ...(await output) };
}

/** A command that closes its outputs goes on after the stream has ended, and the engine learns of the end a little later. */
async function exitCodeOf(exec: Docker.Exec, signal: AbortSignal | undefined): Promise<number> {
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 250)) {
    const state = await unlessMissing(exec.inspect());
    // The container was removed under it.
    if (!state) return killedExitCode;
    if (!state.Running) return state.ExitCode ?? killedExitCode;
    await sleep(waitMs, undefined, signal ? { signal } : {});
  }
}

async function untilAborted(
  work: Promise<unknown>,
  signal: AbortSignal | undefined,
  onAbort: () => Promise<void>,
): Promise<void> {
  if (!signal) return void (await work);
  let abort = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
    signal.addEventListener("abort", abort, { once: true });
  });
  await Promise.race([work, aborted]);
  signal.removeEventListener("abort", abort);
  if (signal.aborted) {
    await onAbort();
    signal.throwIfAborted();
  }
}
