import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { CommandOutcome } from "../../support/installed-package.ts";
import { commandLine } from "./child.ts";
import type { DoubleCloud } from "./double-cloud.ts";

/** What has run so many commands makes room for another one, so that nothing can pile up in it. */
const mostCommands = 100;

/**
 * Processes that run the built CLI again and again (`warm-cli.cjs`), for runs that nobody disturbs. A run that is to be
 * stopped has a process of its own, because a process can be killed once.
 */
export class WarmProcesses {
  private readonly idle: WarmProcess[] = [];

  async run(cloud: DoubleCloud, dockerHost: string, args: readonly string[]): Promise<CommandOutcome> {
    const { words, env } = commandLine(cloud, dockerHost, args);
    const free = this.idle.pop() ?? new WarmProcess(words, env);
    const outcome = await free.run({ args, cwd: cloud.directory, env });
    if (free.isAlive && free.commands < mostCommands) this.idle.push(free);
    else free.stop();
    return outcome;
  }

  /** To be called when no run is under way. */
  stop(): void {
    for (const process of this.idle.splice(0)) process.stop();
  }
}

class WarmProcess {
  commands = 0;
  private readonly child: ChildProcess;
  private stdout = "";
  private stderr = "";
  private onChange = (): void => {};

  constructor(words: readonly string[], env: NodeJS.ProcessEnv) {
    const [file = "", ...rest] = words;
    const launcher = rest.findIndex((word) => word.endsWith("lecture05.js"));
    // What is used a hundred times is worth optimising.
    const options = rest.slice(0, launcher).filter((word) => word !== "--no-opt");
    const program = join(import.meta.dirname, "warm-cli.cjs");
    this.child = spawn(file, [...options, program], { stdio: ["ignore", "pipe", "pipe", "ipc"], env });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => this.note(() => (this.stdout += text)));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => this.note(() => (this.stderr += text)));
    this.child.on("close", () => this.onChange());
    this.child.on("error", () => this.onChange());
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.connected;
  }

  /** Until the command is over, or the process is, which then ended as that command's own would have. */
  async run(command: { args: readonly string[]; cwd: string; env: NodeJS.ProcessEnv }): Promise<CommandOutcome> {
    this.commands += 1;
    this.stdout = this.stderr = "";
    const over = new Promise<void>((resolve) => (this.onChange = resolve));
    this.child.send(command);
    await over;
    const [, stdout = this.stdout, code] = /^(.*)\0(\d+)\0$/s.exec(this.stdout) ?? [];
    const { exitCode, signalCode } = this.child;
    return { code: code === undefined ? exitCode : Number(code), signal: signalCode, stdout, stderr: this.stderr };
  }

  stop(): void {
    // It is between two commands: there is nothing to end in order.
    this.child.kill("SIGKILL");
  }

  private note(add: () => void): void {
    add();
    if (this.stdout.endsWith("\0")) this.onChange();
  }
}
