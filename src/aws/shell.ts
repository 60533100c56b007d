import { randomBytes } from "node:crypto";
import type { CommandResult, RemoteScript, RunOptions, Shell } from "../ports/shell.ts";
import { parsePiece, readPiece, unpack, unwrapOutput, wrapScript, type OutputStream } from "../remote/wrap.ts";
import type { Clients } from "./clients.ts";
import { awaitCommand, sendCommand, type CommandOptions, type CommandRequest } from "./shell/commands.ts";
import { assertRan } from "./shell/failures.ts";
import { runOnMany } from "./shell/run-on-many.ts";
import { watchOutput } from "./shell/watch-output.ts";
import { waitUntil } from "./wait.ts";

/** One remote command that has ended, for the work log. `text` is the script as `step --show` prints it. */
export interface RemoteCommandEntry {
  readonly scriptName: string;
  readonly text: string;
  readonly instanceId: string;
  readonly commandId: string;
  /** -1 when the script never ran or did not end by itself. */
  readonly exitCode: number;
  readonly durationMs: number;
}

export interface ShellOptions extends CommandOptions {
  readonly onCommand?: (entry: RemoteCommandEntry) => void;
}

const readTimeoutMs = 60_000;

/** Commands on hosts through SSM: no SSH, no key, no open port; every one is in AWS's own audit log. */
export function createShell(clients: Clients, shellOptions: ShellOptions): Shell {
  async function execute(request: CommandRequest, text: string) {
    const startedAt = shellOptions.clock.now().getTime();
    const commandId = await sendCommand(clients, request);
    let exitCode = -1;
    try {
      const state = await awaitCommand(clients, shellOptions, request, commandId);
      assertRan(state, request.instanceId, request.name, request.timeoutMs);
      exitCode = state.ResponseCode ?? -1;
      return { commandId, state, exitCode, durationMs: shellOptions.clock.now().getTime() - startedAt };
    } finally {
      shellOptions.onCommand?.({
        scriptName: request.name,
        text,
        instanceId: request.instanceId,
        commandId,
        exitCode,
        durationMs: shellOptions.clock.now().getTime() - startedAt,
      });
    }
  }

  /** The whole of an output that AWS would have cut, as it is kept on the host. */
  async function readKept(
    { instanceId, signal }: CommandRequest,
    keptAs: string,
    stream: OutputStream,
    known: { readonly firstPiece: Buffer; readonly sizeBytes: number } | undefined,
  ): Promise<string> {
    const pieces = known ? [known.firstPiece] : [];
    let offset = known?.firstPiece.length ?? 0;
    let sizeBytes = known?.sizeBytes ?? Infinity;
    while (offset < sizeBytes) {
      const command = readPiece(keptAs, stream, offset);
      const request = { instanceId, command, name: `read-${keptAs}`, timeoutMs: readTimeoutMs, signal };
      const { state } = await execute(request, command);
      const read = parsePiece(state.StandardOutputContent ?? "");
      if (read.piece.length === 0) break;
      pieces.push(read.piece);
      offset += read.piece.length;
      sizeBytes = read.sizeBytes;
    }
    return unpack(pieces);
  }

  async function run(instanceId: string, script: RemoteScript, options: RunOptions = {}): Promise<CommandResult> {
    const { signal, onOutput } = options;
    signal?.throwIfAborted();
    const token = randomBytes(6).toString("hex");
    // What people run by hand may well run twice at a time; each run keeps its own output.
    const keptAs = script.name === "exec" ? `exec-${token}` : script.name;
    const command = wrapScript(script, { token, name: keptAs });
    const request = { instanceId, command, name: script.name, timeoutMs: script.timeoutMs, signal };
    let isOver = false;
    if (onOutput) {
      const readLog = async (command: string): Promise<string> => {
        const read = { instanceId, command, name: `read-${keptAs}`, timeoutMs: readTimeoutMs, signal };
        return (await execute(read, command)).state.StandardOutputContent ?? "";
      };
      // Nobody waits for it: a look that is under way when the script ends changes nothing any more.
      void watchOutput(shellOptions, keptAs, readLog, () => isOver, onOutput);
    }
    const { commandId, state, exitCode, durationMs } = await execute(request, script.text).finally(() => {
      isOver = true;
    });
    const shown = unwrapOutput(state.StandardOutputContent ?? "", state.StandardErrorContent ?? "", token);
    return {
      instanceId,
      commandId,
      exitCode,
      stdout: shown.packed ? await readKept(request, keptAs, "out", shown.packed) : shown.stdout,
      stderr: shown.stderrCut ? await readKept(request, keptAs, "err", undefined) : shown.stderr,
      durationMs,
    };
  }

  async function online(instanceIds: readonly string[]): Promise<string[]> {
    if (instanceIds.length === 0) return [];
    const { DescribeInstanceInformationCommand } = await import("@aws-sdk/client-ssm");
    const ssm = await clients.ssm();
    const { InstanceInformationList } = await ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: "InstanceIds", Values: [...instanceIds] }] }),
    );
    return (InstanceInformationList ?? []).flatMap(({ InstanceId, PingStatus }) =>
      InstanceId && PingStatus === "Online" ? [InstanceId] : [],
    );
  }

  async function waitUntilOnline(instanceId: string, timeoutMs: number): Promise<void> {
    const subject = { en: `SSM to reach ${instanceId}`, ja: `SSM から ${instanceId} への接続` };
    await waitUntil(shellOptions, subject, timeoutMs, async () =>
      (await online([instanceId])).includes(instanceId) ? { done: true } : { seen: "not online in SSM" },
    );
  }

  const runOnAll: Shell["runOnAll"] = (instanceIds, script, { signal } = {}) =>
    runOnMany(clients, shellOptions, instanceIds, script, signal);

  return { online, run, runOnAll, waitUntilOnline };
}
