import { cursorTo, clearLine, moveCursor } from "node:readline";
import { PassThrough, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { Interruption, Io } from "../../../src/commands/io.ts";
import { defaultServices } from "../../../src/commands/default-services.ts";
import { runCli } from "../../../src/commands/main.ts";
import type { Services } from "../../../src/commands/services.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** Collects what is written; behaves like a terminal's stream when told to. */
export class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = "";
  onText: (text: string) => void = () => {};

  constructor(isTTY: boolean, columns = 100) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    this.onText(this.text);
    done();
  }

  cursorTo(x: number): boolean {
    return cursorTo(this, x);
  }

  moveCursor(dx: number, dy: number): boolean {
    return moveCursor(this, dx, dy);
  }

  clearLine(direction: -1 | 0 | 1): boolean {
    return clearLine(this, direction);
  }
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** What is typed. */
  readonly stdin?: string;
  readonly isTTY?: boolean;
  /** Of the terminal. */
  readonly columns?: number;
  readonly services?: Services;
  /** Called with a function that presses Ctrl-C. */
  readonly onStart?: (interrupt: () => void) => void;
  /** Called with what appears on stderr, e.g. a question. */
  readonly onMessage?: (text: string) => void;
  /** Called with what appears on stdout. */
  readonly onOutput?: (text: string) => void;
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout without colours and cursor codes. */
  readonly plain: string;
  readonly events: Record<string, unknown>[];
  readonly exitsAtOnce: readonly number[];
}

/**
 * Without services of its own a test has the real ones: a sandbox would be that of whoever runs the tests, started in
 * their home and left behind.
 */
function realButForTheSandbox(): Services {
  const sandbox = (): never => {
    throw new Error("a test reaches for a real sandbox: give it services, as fakeServices()");
  };
  return { ...defaultServices(), sandbox };
}

/** Runs a command line in this process. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const isTTY = options.isTTY ?? false;
  const [stdout, stderr] = [new Screen(isTTY, options.columns), new Screen(isTTY, options.columns)];
  const stdin = Object.assign(new PassThrough(), { isTTY });
  if (options.stdin !== undefined) stdin.end(options.stdin);
  const listeners = new Set<(interruption: Interruption) => void>();
  const exitsAtOnce: number[] = [];
  const io: Io = {
    env: { LANG: "C.UTF-8", ...options.env },
    cwd: options.cwd ?? temporaryDirectory(),
    stdin,
    stdout,
    stderr,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exitNow: (exitCode) => exitsAtOnce.push(exitCode),
  };
  if (options.onMessage) stderr.onText = options.onMessage;
  if (options.onOutput) stdout.onText = options.onOutput;
  options.onStart?.(() => [...listeners].forEach((listener) => listener("asked")));
  const exitCode = await runCli(argv, io, options.services ?? realButForTheSandbox());
  return {
    exitCode,
    stdout: stdout.text,
    stderr: stderr.text,
    plain: stripVTControlCharacters(stdout.text),
    exitsAtOnce,
    get events() {
      return stdout.text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}
