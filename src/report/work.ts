import type { LoggedEntry } from "../records/work-log.ts";
import { stepNames, type StepName } from "../steps/names.ts";
import { setbacksOf, type Setback } from "./setbacks.ts";
import { waitsOf, type Wait } from "./waits.ts";

/** A bar of the timeline: one remote command, or one AWS call. Times in milliseconds since the epoch. */
export interface Span {
  readonly kind: "remote" | "aws";
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

export interface RemoteCommand {
  readonly name: string;
  readonly text: string;
  readonly instanceId: string;
  readonly commandId: string;
  readonly exitCode: number;
  readonly durationMs: number;
  readonly time: string;
}

/** What was done for one step, over all runs. */
export interface StepWork {
  readonly step: StepName;
  readonly commands: readonly RemoteCommand[];
  readonly awsCalls: number;
  /** Time in which a remote command ran, and in which an AWS call was under way and no command. */
  readonly remoteMs: number;
  readonly awsMs: number;
  readonly waits: readonly Wait[];
  readonly spans: readonly Span[];
}

export interface Work {
  readonly steps: readonly StepWork[];
  readonly setbacks: readonly Setback[];
  readonly awsCalls: number;
  readonly remoteCommands: number;
}

/** Reads a work log; a line that a crash cut short is left out. */
export function parseWorkLog(text: string): LoggedEntry[] {
  return text.split("\n").flatMap((line) => {
    if (!line) return [];
    try {
      return [JSON.parse(line) as LoggedEntry];
    } catch {
      return [];
    }
  });
}

/** Sums the work log up by step. Only entries since `since` count: an earlier stack may stand before it in the file. */
export function summarizeWork(entries: readonly LoggedEntry[], since: string): Work {
  const own = entries.filter(({ time }) => time >= since);
  return {
    steps: stepNames.map((step) =>
      workOf(
        step,
        own.filter((entry) => entry.step === step),
      ),
    ),
    setbacks: setbacksOf(own),
    awsCalls: own.filter(({ kind }) => kind === "aws").length,
    remoteCommands: own.filter(({ kind }) => kind === "remote").length,
  };
}

function workOf(step: StepName, entries: readonly LoggedEntry[]): StepWork {
  const spans = spansOf(entries);
  const covered = (kind: Span["kind"]): number => unionMs(spans.filter((span) => span.kind === kind));
  const remoteMs = covered("remote");
  return {
    step,
    commands: entries.flatMap((entry) =>
      entry.kind === "remote"
        ? [
            {
              name: entry.script,
              text: entry.text,
              instanceId: entry.instanceId,
              commandId: entry.commandId,
              exitCode: entry.exitCode,
              durationMs: entry.durationMs,
              time: entry.time,
            },
          ]
        : [],
    ),
    awsCalls: entries.filter(({ kind }) => kind === "aws").length,
    remoteMs,
    // Calls that start, watch and end a remote command run while it does: they count as the command.
    awsMs: unionMs(spans) - remoteMs,
    waits: waitsOf(spans),
    spans,
  };
}

export const spansOf = (entries: readonly LoggedEntry[]): Span[] => entries.flatMap(spanOf);

function spanOf(entry: LoggedEntry): Span[] {
  if (entry.kind !== "remote" && entry.kind !== "aws") return [];
  const { durationMs } = entry;
  return [
    {
      kind: entry.kind,
      name: entry.kind === "remote" ? entry.script : `${entry.service} ${entry.operation}`,
      startMs: Date.parse(entry.time) - durationMs,
      durationMs,
      failed: entry.kind === "remote" ? entry.exitCode !== 0 : entry.error !== undefined,
    },
  ];
}

/** Time that at least one of the spans covers. */
export function unionMs(spans: readonly Pick<Span, "startMs" | "durationMs">[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { startMs, durationMs } of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const stop = startMs + durationMs;
    total += Math.max(0, stop - Math.max(startMs, end));
    end = Math.max(end, stop);
  }
  return total;
}
