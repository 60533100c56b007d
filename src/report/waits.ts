import type { Span } from "./work.ts";

/** Time spent waiting for AWS: the pauses between calls that asked the same thing again. */
export interface Wait {
  /** "elbv2 DescribeTargetHealth": the question. */
  readonly operation: string;
  /** How often it was asked again. */
  readonly repeats: number;
  readonly waitedMs: number;
  readonly pauses: readonly Pick<Span, "startMs" | "durationMs">[];
}

/** A pause that is filled by a remote command is that command's time, not a wait. Longest first. */
export function waitsOf(spans: readonly Span[]): Wait[] {
  const waits = new Map<string, Wait>();
  let previous: Span | undefined;
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const before = previous;
    // A command that runs longer than what came after its start is still what the time went to.
    if (!before || endOf(span) > endOf(before)) previous = span;
    if (!before || span.kind !== "aws" || before.kind !== "aws" || before.name !== span.name) continue;
    if (!isQuestion(span.name)) continue;
    const pause = { startMs: endOf(before), durationMs: span.startMs - endOf(before) };
    if (pause.durationMs <= 0) continue;
    const known = waits.get(span.name);
    waits.set(span.name, {
      operation: span.name,
      repeats: (known?.repeats ?? 0) + 1,
      waitedMs: (known?.waitedMs ?? 0) + pause.durationMs,
      pauses: [...(known?.pauses ?? []), pause],
    });
  }
  return [...waits.values()].toSorted((a, b) => b.waitedMs - a.waitedMs);
}

/** Subnets that are made one after the other are not waited for. */
const isQuestion = (name: string): boolean => / (Describe|Get|List|Head)[A-Z]/.test(name);

const endOf = ({ startMs, durationMs }: Span): number => startMs + durationMs;
