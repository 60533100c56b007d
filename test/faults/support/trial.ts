import { join } from "node:path";
import { existsSync } from "node:fs";
import type { CommandOutcome } from "../../support/installed-package.ts";
import { runCli, type Fault, type FaultMode, type Run, type TracedPoint } from "./child.ts";
import { DoubleCloud, type CloudSnapshot } from "./double-cloud.ts";
import { inventoryOf, type InventoryLine } from "./inventory.ts";
import { isRead } from "./moments.ts";
import { brokenWorkLogLines, filesIn, intentsWithoutId, litterIn, recordedState } from "./recorded-state.ts";

/** How things stand when nobody is at work. */
export interface Settled {
  readonly inventory: readonly InventoryLine[];
  readonly state: object | undefined;
  readonly files: readonly string[];
}

/** What an undisturbed run leads to, and from where it starts. */
export interface Leg {
  readonly args: readonly string[];
  readonly from: CloudSnapshot;
  readonly to: Settled;
}

export interface Verdict {
  /** False when the run was over before it got to the point. */
  readonly fired: boolean;
  /** The next run of the same command succeeded and led to the same end. */
  readonly resumed: boolean;
  readonly duplicates: readonly string[];
  readonly leftOver: readonly string[];
  /** Everything that was wrong, in words. */
  readonly problems: readonly string[];
}

export function settledNow(cloud: DoubleCloud): Settled {
  return {
    inventory: inventoryOf(cloud),
    state: recordedState(cloud.stateDirectory, cloud.world),
    files: filesIn(cloud.stateDirectory),
  };
}

/** Runs the same command once more. */
export type RunAgain = (cloud: DoubleCloud, dockerHost: string, args: readonly string[]) => Promise<CommandOutcome>;

/** One fault at one point of one run, then the same command once more; compares the end with an undisturbed run's. */
export async function tryPoint(leg: Leg, dockerHost: string, fault: Fault, runAgain: RunAgain): Promise<Verdict> {
  const cloud = await DoubleCloud.start(leg.from);
  try {
    const first = await runCli(cloud, dockerHost, leg.args, fault);
    if (!first.fired) return { fired: false, resumed: false, duplicates: [], leftOver: [], problems: [] };
    const problems = problemsOfStopped(first, fault.mode);
    if (fault.mode !== "kill" && existsSync(join(cloud.stateDirectory, "lock")))
      problems.push("the lock was not freed");

    const second = await runAgain(cloud, dockerHost, leg.args);
    if (second.code !== 0) problems.push(`the next run ended with ${second.code}: ${lastWords(second)}`);
    const { duplicates, leftOver, differences } = compareWith(leg.to, cloud);
    const resumed = second.code === 0 && differences.length === 0;
    return { fired: true, resumed, duplicates, leftOver, problems: [...problems, ...differences] };
  } finally {
    await cloud.stop();
  }
}

/** How things stand now against how they should: what is there twice, what is there and should not be, and the rest. */
export function compareWith(
  wanted: Settled,
  cloud: DoubleCloud,
): { readonly duplicates: string[]; readonly leftOver: string[]; readonly differences: string[] } {
  const now = settledNow(cloud);
  const { duplicates, leftOver, missing } = compareInventories(now.inventory, wanted.inventory);
  leftOver.push(...litterIn(cloud.stateDirectory, wanted.files).map((file) => `file ${file}`));
  leftOver.push(...intentsWithoutId(cloud.stateDirectory).map((intent) => `intent without id: ${intent}`));
  const stateDiffers = difference(now.state, wanted.state);
  return {
    duplicates,
    leftOver,
    differences: [
      ...(stateDiffers ? [`the state differs: ${stateDiffers}`] : []),
      ...missing.map((line) => `missing: ${line}`),
      ...brokenWorkLogLines(cloud.stateDirectory).map((line) => `not a line of the work log: ${line}`),
      ...cloud.errors.map((error) => `the sandbox logged ${error}`),
    ],
  };
}

/** How a run that met the fault must end, and what it must say. */
function problemsOfStopped(run: Run, mode: FaultMode): string[] {
  const ended = `it ended with ${run.code ?? run.signal}: ${lastWords(run)}`;
  const problems: string[] = [];
  if (/^ {4}at /m.test(run.stderr) || run.stdout.includes('"code":"BUG"')) problems.push(`a stack trace: ${ended}`);
  const finished = run.code === 0 && run.stdout.includes('"outcome":"done"');
  switch (mode) {
    case "kill":
      if (run.signal !== "SIGKILL") problems.push(ended);
      break;
    case "int":
    case "int twice":
    case "term":
    case "hup": {
      // A signal during the last moment finds nothing that it could still stop.
      if (finished) break;
      if (run.code !== 130 || !run.noticed) problems.push(ended);
      const told = /"code":"INTERRUPTED".*same command/s.test(run.stdout);
      if (!told && mode !== "int twice") problems.push(`it does not say how to resume: ${ended}`);
      for (const { point } of run.after.filter((it) => isChange(it) && !putsBack(run, it)))
        problems.push(`after the signal it went on with ${point}`);
      break;
    }
    default:
      // A short fault may be overcome; else it is an error like any other.
      if (!finished && !(run.code === 1 || run.code === 3)) problems.push(ended);
      if (!finished && !/"type":"error","code":"[A-Z_]+"/.test(run.stdout)) problems.push(`no error: ${ended}`);
  }
  return problems;
}

/** Calls that read may have been on their way beside the one in flight; and what runs on a host is cancelled. */
const isChange = (it: TracedPoint): boolean => it.kind === "aws" && !isRead(it) && !it.point.includes("CancelCommand");

/** A part that a proof had off for a moment is put back, whatever was interrupted. */
const putsBack = (run: Run, { point }: TracedPoint): boolean =>
  run.stdout.includes('"type":"part.off"') && /SendCommand|PutRolePolicy/.test(point);

function lastWords({ stdout, stderr }: CommandOutcome): string {
  const lines = stdout.trim().split("\n").slice(-3);
  return [...lines, stderr.trim()].map((line) => line.slice(0, 600)).join("\n");
}

function compareInventories(
  now: readonly InventoryLine[],
  wanted: readonly InventoryLine[],
): { duplicates: string[]; leftOver: string[]; missing: string[] } {
  const left = wanted.map(({ what, facts }) => `${what} ${facts}`);
  const unexpected: InventoryLine[] = [];
  for (const line of now) {
    const at = left.indexOf(`${line.what} ${line.facts}`);
    if (at < 0) unexpected.push(line);
    else left.splice(at, 1);
  }
  const words = ({ what, facts }: InventoryLine): string => `${what} ${facts}`;
  const count = (lines: readonly InventoryLine[], what: string): number =>
    lines.filter((it) => it.what === what).length;
  const isSecond = ({ what }: InventoryLine): boolean =>
    wanted.some((it) => it.what === what) && count(now, what) > count(wanted, what);
  return {
    duplicates: unexpected.filter(isSecond).map(words),
    // What is there once and different shows as missing in its right form, too.
    leftOver: unexpected.filter((line) => !isSecond(line)).map(words),
    missing: left,
  };
}

/** The first place where two states differ; undefined when they are equal. */
export function difference(now: unknown, wanted: unknown, path = ""): string | undefined {
  if (typeof now !== "object" || typeof wanted !== "object" || now === null || wanted === null) {
    return Object.is(now, wanted) ? undefined : `${path}: ${JSON.stringify(now)} instead of ${JSON.stringify(wanted)}`;
  }
  for (const key of new Set([...Object.keys(now), ...Object.keys(wanted)])) {
    const found = difference(
      (now as Record<string, unknown>)[key],
      (wanted as Record<string, unknown>)[key],
      `${path}/${key}`,
    );
    if (found) return found;
  }
  return undefined;
}
