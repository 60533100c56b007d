import type { CommandResult, RemoteScript } from "../ports/shell.ts";
import type { Command, Invocation } from "./command.ts";
import { requireState } from "./require-state.ts";
import { shellQuote } from "../remote/shell-quote.ts";
import { chooseHosts } from "./choose-hosts.ts";
import { hasGroup, hostsNow } from "../steps/redundancy/members.ts";
import { reach, type Reached } from "./stack-session.ts";
import { wholeNumber } from "./whole-number.ts";

/** SSM takes 5 to 172,800 seconds (AWS-RunShellScript, executionTimeout). */
const timeoutOption = {
  option: "--timeout",
  least: 5,
  most: 172_800,
  otherwise: 3600,
  command: "lecture05 exec",
  unit: { en: "seconds", ja: "秒" },
};

/** Runs a command on the hosts, one after another, and passes on what it printed and the worst exit code. */
export const exec: Command = async (invocation) => {
  // What was typed is looked at first: it is wrong whether or not there are hosts.
  const timeoutMs = wholeNumber(invocation.options.timeout, timeoutOption) * 1000;
  const state = requireState(invocation.preferences);
  const wanted = invocation.options.instance;
  const grouped = hasGroup(state.steps);
  // Of a group nobody knows the hosts beforehand.
  const recorded = grouped ? [] : chooseHosts(state.hosts, wanted);
  const script: RemoteScript = { name: "exec", text: scriptOf(invocation.args), timeoutMs };
  const work = async ({ connection }: Reached): Promise<number> => {
    const reporter = await invocation.reporter();
    const { compute } = connection.ports;
    const hosts = grouped
      ? chooseHosts(hostsNow(state.hosts, await compute.findInstances(state.stack)), wanted)
      : recorded;
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
