import { isFailure, type HealthChange, type Sample } from "./samples.ts";

/** What `drill --json` prints. Times in milliseconds from the failure on; null: it did not happen. */
export interface DrillFigures {
  readonly requests: number;
  readonly failed: number;
  /** By kind: an HTTP status, refused, timeout, reset, name-not-found, "unsent". */
  readonly failures: Readonly<Record<string, number>>;
  /** The longest time in which nobody got the page. */
  readonly longestGapMs: number;
  /** Until the load balancer sent nothing more to what had failed. */
  readonly outOfRotationMs: number | null;
  /** Until something stood in its place: the process that systemd started, the instance of the Auto Scaling group. */
  readonly replacedMs: number | null;
  /** Until every target was healthy and no request failed any more. */
  readonly healthyAgainMs: number | null;
}

export interface Observed {
  readonly samples: readonly Sample[];
  readonly health: readonly HealthChange[];
  /** When the part failed, in milliseconds since the load began. */
  readonly failedAtMs: number;
  readonly replacedMs: number | null;
  /** When the page came again where the load's last request had failed, in milliseconds since it began. */
  readonly pageBackAtMs: number | null;
  /** Every target was healthy when it was looked at last. */
  readonly endedHealthy: boolean;
}

/** The figures of a drill. Pure: the same observations make the same figures. */
export function figuresOf(observed: Observed): DrillFigures {
  const { samples, health, failedAtMs, replacedMs } = observed;
  const failed = samples.filter(isFailure);
  const failures: Record<string, number> = {};
  for (const { outcome } of failed) failures[outcome] = (failures[outcome] ?? 0) + 1;
  const left = health.find(({ atMs, state }) => atMs >= failedAtMs && state !== "healthy");
  return {
    requests: samples.length,
    failed: failed.length,
    failures,
    longestGapMs: longestGap(samples),
    outOfRotationMs: left ? Math.round(left.atMs - failedAtMs) : null,
    replacedMs: replacedMs === null ? null : Math.round(replacedMs),
    healthyAgainMs: healthyAgain(observed),
  };
}

/** Between two pages that came, in the order in which they came; the load's own pace is part of it. */
function longestGap(samples: readonly Sample[]): number {
  const ends = samples.map(({ endMs }) => endMs);
  const came = samples.filter((sample) => !isFailure(sample)).map(({ endMs }) => endMs);
  const marks = [0, ...came, Math.max(0, ...ends)].toSorted((a, b) => a - b);
  let longest = 0;
  for (let index = 1; index < marks.length; index++)
    longest = Math.max(longest, (marks[index] ?? 0) - (marks[index - 1] ?? 0));
  return Math.round(longest);
}

/** Not before something stands in its place, also where nobody noticed. */
function healthyAgain({
  samples,
  health,
  failedAtMs,
  replacedMs,
  pageBackAtMs,
  endedHealthy,
}: Observed): number | null {
  const last = samples.toSorted((a, b) => a.endMs - b.endMs).at(-1);
  if (!endedHealthy || (last && isFailure(last) && pageBackAtMs === null)) return null;
  const lastFailure = Math.max(0, ...samples.filter(isFailure).map(({ endMs }) => endMs - failedAtMs));
  const back = health.findLast(({ atMs, state }) => atMs >= failedAtMs && state === "healthy");
  const marks = [lastFailure, replacedMs ?? 0, back ? back.atMs - failedAtMs : 0];
  return Math.round(Math.max(...marks, pageBackAtMs === null ? 0 : pageBackAtMs - failedAtMs));
}
