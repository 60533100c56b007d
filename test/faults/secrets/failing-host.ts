import type { HostCommand, HostCommandResult } from "../../../src/sandbox/runtime.ts";
import { hostResult, type FakeRuntime } from "../../support/fake-runtime.ts";

export interface ScriptAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr?: string;
}

/** Answers scripts by the start of their names, on every host. Returns how to stop that. */
export function answerScripts(hosts: FakeRuntime, answers: Readonly<Record<string, ScriptAnswer>>): () => void {
  const { onExec } = hosts;
  hosts.onExec = async (instanceId: string, command: HostCommand): Promise<HostCommandResult> => {
    const wrapped = Buffer.from(command.stdin ?? "").toString("utf8");
    const name = /^log=.*\/([^/\n]+)$/m.exec(wrapped)?.[1] ?? "";
    const token = /<<'END_([0-9a-f]+)'/.exec(wrapped)?.[1];
    const [, answer] = Object.entries(answers).find(([start]) => name.startsWith(start)) ?? [];
    if (!answer || token === undefined) return onExec(instanceId, command);
    const { exitCode, stdout, stderr = "" } = answer;
    const sizes = `${Buffer.byteLength(stdout)} 0 ${Buffer.byteLength(stderr)}`;
    return hostResult(0, `exit ${exitCode}\n${stdout}\nlecture05-output ${token} ${sizes}\n`, stderr);
  };
  return () => {
    hosts.onExec = onExec;
  };
}
