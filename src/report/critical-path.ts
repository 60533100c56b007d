import type { StepName } from "../steps/names.ts";
import type { ReportStage } from "./data.ts";
import { partOf, type Part } from "./timings.ts";
import type { Span, StepWork } from "./work.ts";

export interface CriticalPath {
  readonly parts: readonly (Part & { readonly step: StepName })[];
  readonly all: Part;
  /** In which hosts or AWS were at work, or had to be waited for: no tool is faster that asks for the same. */
  readonly lowerBoundMs: number;
}

/** The way to the stack as it stands: the last run of each step, which followed one another. Undefined before the first. */
export function criticalPathOf(stages: readonly ReportStage[]): CriticalPath | undefined {
  const parts = stages.flatMap(({ name, record, work }) => {
    const { durationMs } = record;
    return durationMs === undefined ? [] : [{ step: name, ...partOf(lastRunIn(work, record), durationMs) }];
  });
  if (parts.length === 0) return undefined;
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const all: Part = {
    durationMs: sum(({ durationMs }) => durationMs),
    hostMs: sum(({ hostMs }) => hostMs),
    awsMs: sum(({ awsMs }) => awsMs),
    waitMs: sum(({ waitMs }) => waitMs),
    overlapMs: sum(({ overlapMs }) => overlapMs),
    ownMs: sum(({ ownMs }) => ownMs),
  };
  return { parts, all, lowerBoundMs: all.hostMs + all.awsMs + all.waitMs };
}

/** The log's times are those of the ends, to the millisecond, so the first call may seem to begin before its step. */
const slackMs = 1000;

/** What a step did in its last run: an earlier, failed one has its own place in the report. */
export function lastRunIn({ spans }: Pick<StepWork, "spans">, record: ReportStage["record"]): Span[] {
  const begin = Date.parse(record.startedAt ?? "") || 0;
  const end = begin + (record.durationMs ?? 0);
  return spans.filter(({ startMs }) => startMs >= begin - slackMs && startMs <= end);
}
