import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Services } from "../../../src/commands/services.ts";
import { Lecture05Error } from "../../../src/errors.ts";
import { translateError } from "../../../src/aws/translate-error.ts";
import { run, type RunResult } from "../../cli/support/run.ts";
import { fakeServices } from "../../cli/support/services.ts";
import { sampleState, writeState } from "../../cli/support/state.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { recordFaultFigure } from "../support/figures.ts";

export interface Input {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of lecture05.config.json. */
  readonly config?: Uint8Array | undefined;
  /** With a stack that stands. */
  readonly state?: boolean;
}

export interface Outcome extends Pick<RunResult, "exitCode" | "stdout" | "stderr"> {
  /** Names of the services that were called. */
  readonly effects: readonly string[];
  /** stdout and stderr. */
  readonly said: string;
}

/** How many inputs were tried in this process, and how many of them ended in a stack trace or as a bug. */
const tally = { inputs: 0, stackTraces: 0 };

/** Counts one input by what was said to it; throws when that was a stack trace, or taken for a bug of ours. */
export function countInput(said: string): void {
  tally.inputs += 1;
  const isTraced = stackTrace.test(said) || bugCode.test(said);
  if (isTraced) tally.stackTraces += 1;
  expect(isTraced ? said : "", "stack trace or bug").toBe("");
}

export function recordTally(): void {
  const subject = "fuzzed inputs";
  recordFaultFigure({ subject, counted: "tried", value: tally.inputs, promised: { atLeast: 10_000 } });
  recordFaultFigure({ subject, counted: "stack traces", value: tally.stackTraces, promised: { exactly: 0 } });
}

export const configFile = "lecture05.config.json";
const exitCodes = [0, 1, 2, 3, 4, 130];
const stackTrace = /\n\s+at .*(?::\d+:\d+|<anonymous>|\bnode:)|node:internal/;
const bugCode = /(?:Code:|コード:) BUG|"code":"BUG"/;

/** A directory to stand in: with an application and, on demand, a state and a configuration file. */
export function makePlace(): string {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "an app"));
  for (const name of ["Gemfile", "Gemfile.lock", "config.ru"]) writeFileSync(join(cwd, "an app", name), "");
  return cwd;
}

/** Runs one input in this process and checks what holds for every input, good or bad. */
export async function attempt(cwd: string, input: Input): Promise<Outcome> {
  prepare(cwd, input);
  const before = listing(cwd);
  const effects: string[] = [];
  let pressing: NodeJS.Timeout | undefined;
  const result = await run(input.argv, {
    cwd,
    env: input.env ?? {},
    services: watchedServices(effects),
    // What follows a file or serves a page ends with Ctrl-C only.
    onStart: (interrupt) => {
      if (["--follow", "--web"].some((flag) => input.argv.includes(flag))) pressing = setInterval(interrupt, 5);
    },
  }).finally(() => clearInterval(pressing));
  const { exitCode, stdout, stderr } = result;
  const said = stdout + stderr;

  // With --debug the causes of an error may come with theirs.
  countInput(debugs(input) ? said.replaceAll(new RegExp(stackTrace, "g"), "") : said);
  expect(exitCodes).toContain(exitCode);
  if (exitCode === 2) {
    expect(effects, "services called for bad input").toEqual([]);
    expect(listing(cwd), "files after bad input").toEqual(before);
  }
  return { exitCode, stdout, stderr, effects, said };
}

function prepare(cwd: string, { config, state }: Input): void {
  rmSync(join(cwd, configFile), { force: true });
  rmSync(join(cwd, ".lecture05"), { recursive: true, force: true });
  if (config) writeFileSync(join(cwd, configFile), config);
  if (state) writeState(cwd, stateText);
}

const stateText = JSON.stringify(sampleState());

/** Every path with what would change if somebody wrote to it. */
function listing(cwd: string): string[] {
  return readdirSync(cwd, { recursive: true, encoding: "utf8" })
    .map((path) => {
      const { size, mtimeMs, ino } = statSync(join(cwd, path));
      return `${path} ${size} ${mtimeMs} ${ino}`;
    })
    .sort();
}

function debugs({ argv, env = {}, config }: Input): boolean {
  return argv.includes("--debug") || "LECTURE05_DEBUG" in env || Buffer.from(config ?? []).includes("debug");
}

/** Services that note each call and go no further. The steps' names and titles are no effect. */
function watchedServices(effects: string[]): Services {
  const steps = async () => fakeServices().toys;
  const translator = async () => translateError;
  return new Proxy<Partial<Services>>(
    { steps, translator },
    {
      get(target, name) {
        // Whoever awaits an object asks it for `then`.
        if (name in target || name === "then") return Reflect.get(target, name);
        return async () => {
          effects.push(String(name));
          throw new Lecture05Error("SANDBOX_UNAVAILABLE", {
            what: { en: "As far as the test goes", ja: "テストはここまで" },
          });
        };
      },
    },
  ) as Services;
}
