import type { LoggedEntry } from "../records/work-log.ts";
import { stepNames, type StepName } from "../steps/names.ts";
import { waitsOf } from "./waits.ts";
import { spansOf, unionMs, type Span } from "./work.ts";

/** Where the time of a run went, in milliseconds. `step` is absent for what stands before and between the steps. */
export interface Part {
  readonly step?: StepName;
  readonly durationMs: number;
  /** A command ran on a host. */
  readonly hostMs: number;
  /** A call to AWS was under way, and no command. */
  readonly awsMs: number;
  /** Pauses before AWS or a host was asked again. */
  readonly waitMs: number;
  /** What would have come on top, had everything been done one after the other. */
  readonly overlapMs: number;
  /** None of these: the tool itself. */
  readonly ownMs: number;
}

/** In the order of the columns in which people see them, on the terminal and in the report. */
export const figuresOf = (part: Part): number[] => [
  part.durationMs,
  part.hostMs,
  part.awsMs,
  part.waitMs,
  part.ownMs,
  part.overlapMs,
];

export interface Timings extends Part {
  readonly parts: readonly Part[];
  /** The time in which AWS or a host was at work or had to be waited for: no tool is faster that asks for the same. */
  readonly lowerBoundMs: number;
  /** The longest pieces of the way, longest first. */
  readonly longest: readonly { readonly step?: StepName; readonly name: string; readonly durationMs: number }[];
}

const shownPieces = 8;

/** Of one run, by its lines in the work log. Steps follow each other, so all of them are the critical path. */
export function timingsOf(entries: readonly LoggedEntry[], startMs: number, endMs: number): Timings {
  const parts = stepNames.flatMap((step): Part[] => {
    const own = entries.filter((entry) => entry.step === step);
    const durationMs = own.reduce((sum, entry) => sum + (entry.kind === "step" ? (entry.durationMs ?? 0) : 0), 0);
    return durationMs === 0 ? [] : [{ step, ...partOf(spansOf(own), durationMs) }];
  });
  const inSteps = new Set<StepName | undefined>(parts.map(({ step }) => step));
  const between = spansOf(entries.filter(({ step }) => !inSteps.has(step as StepName | undefined)));
  const stepsMs = parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const all = partOf(spansOf(entries), endMs - startMs);
  return {
    ...all,
    parts: [partOf(between, Math.max(0, endMs - startMs - stepsMs)), ...parts],
    lowerBoundMs: all.hostMs + all.awsMs + all.waitMs,
    longest: longestOf(entries, inSteps),
  };
}

/** Of something that took so long, by what was under way meanwhile. */
export function partOf(spans: readonly Span[], durationMs: number): Part {
  const commands = spans.filter(({ kind }) => kind === "remote");
  const hostMs = unionMs(commands);
  const workMs = unionMs(spans);
  const withWaitsMs = unionMs([...spans, ...waitsOf(spans).flatMap(({ pauses }) => pauses)]);
  const calls = spans.filter(({ kind }) => kind === "aws");
  // Calls that start and watch a command belong to it: only commands beside commands, and calls beside calls, overlap.
  const overlapMs = sumOf(commands) - hostMs + (sumOf(calls) - unionMs(calls));
  return {
    durationMs,
    hostMs,
    awsMs: workMs - hostMs,
    waitMs: withWaitsMs - workMs,
    overlapMs,
    ownMs: Math.max(0, durationMs - withWaitsMs),
  };
}

const sumOf = (spans: readonly Span[]): number => spans.reduce((sum, { durationMs }) => sum + durationMs, 0);

function longestOf(entries: readonly LoggedEntry[], steps: ReadonlySet<StepName | undefined>): Timings["longest"] {
  const pieces = [...steps].flatMap((step) => {
    const spans = spansOf(entries.filter((entry) => entry.step === step));
    const waits = waitsOf(spans).map(({ operation, waitedMs }) => ({ name: operation, durationMs: waitedMs }));
    const commands = spans.filter(({ kind }) => kind === "remote");
    return [...commands, ...waits].map(({ name, durationMs }) => ({ ...(step ? { step } : {}), name, durationMs }));
  });
  return pieces.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, shownPieces);
}
