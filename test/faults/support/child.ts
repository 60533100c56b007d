import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { collect, type CommandOutcome } from "../../support/installed-package.ts";
import { region, stack, type DoubleCloud } from "./double-cloud.ts";

const projectRoot = join(import.meta.dirname, "../../..");

/** What happens to the process at a point of its run. `preload.cjs` carries it out. */
export type FaultMode = "kill" | "int" | "int twice" | "term" | "hup" | "net" | "net down" | "disk";

export interface Fault {
  /** The point's stable name: step, what is done, for which time. */
  readonly key: string;
  readonly when: "before" | "after";
  readonly mode: FaultMode;
}

export interface TracedPoint {
  readonly point: string;
  readonly kind: "aws" | "page" | "state";
}

export interface Run extends CommandOutcome {
  readonly points: readonly TracedPoint[];
  /** Whether the run got to the fault's point. */
  readonly fired: boolean;
  /** Whether it learned of a signal. */
  readonly noticed: boolean;
  /** What it still did after that. */
  readonly after: readonly TracedPoint[];
}

/** The double's waits: a look every 200 ms becomes one every 10 ms. */
const waitScale = 0.05;

/** How the real, built CLI is started so that it meets the double, as a person would start it in a terminal. */
export function commandLine(
  cloud: DoubleCloud,
  dockerHost: string,
  args: readonly string[],
): { readonly words: readonly [string, ...string[]]; readonly env: NodeJS.ProcessEnv } {
  const support = (name: string): string => join(import.meta.dirname, name);
  // Only in the fault tests: what measures the program runs it as it comes.
  const codeCache = inject("codeCache") as string | undefined;
  // Whoever is over in half a second need not collect much.
  const own = codeCache ? ["--min-semi-space-size=16", "--require", support("code-cache.cjs")] : [];
  // Optimising what is over in half a second costs more than it gains.
  const options = ["--no-opt", ...own, "--require", support("preload.cjs")];
  return {
    words: [process.execPath, ...options, join(projectRoot, "bin", "lecture05.js"), ...args],
    env: {
      ...(codeCache ? { LECTURE05_CODE_CACHE: codeCache } : {}),
      PATH: process.env.PATH,
      HOME: cloud.directory,
      LANG: "C.UTF-8",
      DOCKER_HOST: dockerHost,
      LECTURE05_SANDBOX_HOME: cloud.home,
      LECTURE05_DIR: cloud.stateDirectory,
      LECTURE05_STACK: stack,
      LECTURE05_REGION: region,
      LECTURE05_DOUBLE: JSON.stringify({ pagePort: cloud.page.port, waitScale }),
    },
  };
}

export function startCli(
  cloud: DoubleCloud,
  dockerHost: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const { words, env: base } = commandLine(cloud, dockerHost, args);
  const [file, ...rest] = words;
  return spawn(file, rest, { cwd: cloud.directory, stdio: ["ignore", "pipe", "pipe"], env: { ...base, ...env } });
}

/** Runs the CLI to its end, with a fault at one point or with none. */
export async function runCli(
  cloud: DoubleCloud,
  dockerHost: string,
  args: readonly string[],
  fault?: Fault,
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const traceDirectory = mkdtempSync(join(tmpdir(), "lecture05-trace-"));
  const trace = join(traceDirectory, "trace.ndjson");
  try {
    const outcome = await collect(
      startCli(cloud, dockerHost, args, {
        LECTURE05_TRACE: trace,
        ...(fault ? { LECTURE05_FAULT: JSON.stringify(fault) } : {}),
        ...env,
      }),
    );
    const lines = existsSync(trace) ? readFileSync(trace, "utf8").split("\n").filter(Boolean) : [];
    const entries = lines.map((line) => JSON.parse(line) as TracedPoint | { fired: string } | { noticed: string });
    const points = entries.filter((entry) => "point" in entry);
    const fired = entries.some((entry) => "fired" in entry);
    const noticedAt = entries.findIndex((entry) => "noticed" in entry);
    const after = noticedAt < 0 ? [] : entries.slice(noticedAt + 1).filter((entry) => "point" in entry);
    return { ...outcome, points, fired, noticed: noticedAt >= 0, after };
  } finally {
    rmSync(traceDirectory, { recursive: true, force: true });
  }
}
