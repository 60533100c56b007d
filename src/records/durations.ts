import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { replaceQuietly } from "./replace-quietly.ts";

export const durationsFileName = "durations.json";

/** As many of the last runs count; the median of five forgets one odd run. */
const keptRuns = 5;
/** More kinds of work than there are; a file that was tampered with does not grow for ever. */
const keptKinds = 200;
const longestMs = 24 * 3_600_000;

/** How long work took on this machine. A kind of work is named by a few words: "sandbox up puma". */
export interface DurationBook {
  /** Median of the last runs, in milliseconds; undefined when none was noted. */
  expectedMs(kind: string): number | undefined;
  note(kind: string, durationMs: number): void;
}

/** Where the user's programs keep what they learn; undefined where nobody says who the user is. */
export function durationsDirectory(env: NodeJS.ProcessEnv): string | undefined {
  const state = env.XDG_STATE_HOME || (env.HOME ? join(env.HOME, ".local", "state") : undefined);
  return state === undefined ? undefined : join(resolve(state), "lecture05");
}

/**
 * The book of this user on this machine. It only makes guesses: what cannot be read counts as empty, and what cannot be
 * written is left, because no run may fail for it.
 */
export function openDurationBook(directory: string | undefined): DurationBook {
  return {
    expectedMs: (kind) => median((directory === undefined ? new Map() : read(directory)).get(kind) ?? []),
    note(kind, durationMs) {
      if (directory === undefined || !isDuration(durationMs)) return;
      // Read again: another stack's run may have written meanwhile.
      const known = read(directory);
      const runs = [...(known.get(kind) ?? []), Math.round(durationMs)].slice(-keptRuns);
      // The newest last, so that the kinds that are noted no more are the first to go.
      known.delete(kind);
      known.set(kind, runs);
      write(directory, new Map([...known].slice(-keptKinds)));
    },
  };
}

function median(durations: readonly number[]): number | undefined {
  const sorted = durations.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : Math.round((lower + upper) / 2);
}

const isDuration = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value <= longestMs;

/** Whatever in the file is as it should be. */
function read(directory: string): Map<string, number[]> {
  try {
    const text = readFileSync(join(directory, durationsFileName), "utf8");
    const { durations } = JSON.parse(text) as { durations?: Record<string, unknown> };
    return new Map(
      Object.entries(durations ?? {})
        .slice(-keptKinds)
        .flatMap(([kind, runs]) =>
          Array.isArray(runs) ? [[kind, runs.filter(isDuration).slice(-keptRuns)] as const] : [],
        ),
    );
  } catch {
    return new Map();
  }
}

function write(directory: string, durations: ReadonlyMap<string, readonly number[]>): void {
  const text = JSON.stringify({ version: 1, durations: Object.fromEntries(durations) }, undefined, 2);
  replaceQuietly(directory, durationsFileName, `${text}\n`);
}
