import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Started {
  readonly port: number;
}

/** The sandbox's daemon as a process that is started and killed. */
export class StoreProcess {
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly home: string,
  ) {}

  /** Resolves when it listens. */
  async start(): Promise<Started> {
    const child = spawn(process.execPath, [this.program, this.home], { stdio: ["ignore", "pipe", "inherit"] });
    this.child = child;
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      const entry = JSON.parse(line) as { event: string; port?: number };
      if (entry.event !== "started" || entry.port === undefined) continue;
      child.stdout.resume();
      return { port: entry.port };
    }
    throw new Error(`the store did not start:\n${lines.join("\n")}`);
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
