import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

export interface Started {
  readonly port: number;
}

// No option of V8's: under one, Node has to compile its own code, too, and that is more than there is of the store's.
const options = ["--require", join(import.meta.dirname, "../support/code-cache.cjs")];

/** The sandbox's daemon as a process that is started and killed. */
export class StoreProcess {
  private child: ChildProcess | undefined;

  /** @param codeCache a directory in which compiled code is kept from start to start */
  constructor(
    private readonly program: string,
    private readonly home: string,
    private readonly codeCache: string,
  ) {}

  /** Resolves when it listens. */
  async start(): Promise<Started> {
    const child = spawn(process.execPath, [...options, this.program, this.home], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        LECTURE05_CODE_CACHE: this.codeCache,
        LECTURE05_CODE_CACHE_OF: dirname(this.program),
      },
    });
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
    await this.end("SIGKILL");
  }

  /** As a person stops it. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
}
