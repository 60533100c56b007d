import { Lecture05Error } from "../errors.ts";
import type { CommandResult, RemoteScript } from "../ports/shell.ts";
import type { HostRecord } from "../state/schema.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { shellQuote } from "../remote/shell-quote.ts";
import { shown } from "../text.ts";
import { reach, type Reached } from "./stack-session.ts";

const defaultTimeoutSeconds = 3600;

/** Runs a command on the hosts, one after another, and passes on what it printed and the worst exit code. */
export const exec: Command = async (invocation) => {
  // What was typed is looked at first: it is wrong whether or not there are hosts.
  const timeoutMs = parseTimeout(invocation.options.timeout) * 1000;
  const hosts = chooseHosts(requireState(invocation.preferences).hosts, invocation.options.instance);
  const script: RemoteScript = { name: "exec", text: scriptOf(invocation.args), timeoutMs };
  const work = async ({ connection }: Reached): Promise<number> => {
    const reporter = await invocation.reporter();
    let worst = 0;
    for (const { instanceId } of hosts) {
      const result = await connection.ports.shell.run(instanceId, script, { signal: invocation.signal() });
      reporter.pause();
      if (invocation.json) invocation.print(JSON.stringify({ type: "exec.result", ...result }));
      else pass(invocation, result, hosts.length > 1 ? `${instanceId} | ` : "");
      // A command that was killed has a negative code, which no process can end with.
      worst = Math.max(worst, result.exitCode >= 0 && result.exitCode <= 255 ? result.exitCode : 1);
    }
    return worst;
  };
  return reach(invocation, work, { needsStack: true });
};

/** One word is text for the shell, as with ssh; several are passed on exactly as they are. */
export function scriptOf(words: readonly string[]): string {
  const command = words.length === 1 ? (words[0] ?? "") : words.map(shellQuote).join(" ");
  return `${command}\n`;
}

function pass({ io }: Invocation, { stdout, stderr }: CommandResult, prefix: string): void {
  const prefixed = (text: string): string => (prefix ? text.replace(/^(?=.|\n)/gm, prefix) : text);
  if (stdout) io.stdout.write(prefixed(stdout));
  if (stderr) io.stderr.write(prefixed(stderr));
}

function chooseHosts(hosts: readonly HostRecord[], wanted: unknown): readonly HostRecord[] {
  if (hosts.length === 0) {
    throw new Lecture05Error("STEP_REQUIREMENT_MISSING", {
      what: { en: "There is no host yet", ja: "ホストはまだありません" },
      why: { en: "Step ec2 is not done", ja: "ステップ ec2 が完了していません" },
      next: ["lecture05 up --to ec2"],
    });
  }
  if (typeof wanted !== "string") return hosts;
  const chosen = hosts.filter(({ instanceId }) => instanceId === wanted);
  if (chosen.length > 0) return chosen;
  const list = hosts.map(({ instanceId }) => instanceId).join(", ");
  throw new Lecture05Error("USAGE", {
    what: {
      en: `--instance: no host of this stack is called "${shown(wanted)}"`,
      ja: `--instance: このスタックに "${shown(wanted)}" というホストはありません`,
    },
    why: { en: `Its hosts are: ${list}`, ja: `ホスト: ${list}` },
    next: ["lecture05 status"],
  });
}

function parseTimeout(value: unknown): number {
  if (value === undefined) return defaultTimeoutSeconds;
  const text = typeof value === "string" ? value : "";
  // Digits only: Number() would also take "0x10", "1e3" and blanks.
  const seconds = /^\d+$/.test(text) ? Number(text) : 0;
  // SSM takes 5 to 172,800 seconds (AWS-RunShellScript, executionTimeout).
  if (seconds >= 5 && seconds <= 172_800) return seconds;
  throw new Lecture05Error("USAGE", {
    what: { en: `--timeout cannot be "${shown(text)}"`, ja: `--timeout に "${shown(text)}" は指定できません` },
    why: { en: "It takes 5 to 172800 seconds", ja: "5〜172800 (秒) の整数を指定してください" },
    next: ["lecture05 exec --help"],
  });
}
