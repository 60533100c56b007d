import type { Fault, FaultMode, TracedPoint } from "./child.ts";
import type { RecordedLeg } from "./legs.ts";

/** Before or after something that a run does. */
export interface Moment {
  readonly leg: RecordedLeg;
  readonly point: TracedPoint;
  readonly when: "before" | "after";
}

export interface Choice {
  readonly seed: number;
  /** Every kind of fault at every moment, which takes many times as long. */
  readonly all: boolean;
}

export interface Attempt extends Fault {
  readonly leg: RecordedLeg;
}

const moments = ["before", "after"] as const;
const onlyBefore = ["before"] as const;
const signals: readonly FaultMode[] = ["kill", "int", "term", "hup"];
const onRequests: readonly FaultMode[] = ["kill", "net", "int", "net down", "term", "hup", "int twice"];

/** What can happen to a run at a moment of this kind. */
function modesAt({ point, when }: Moment): readonly FaultMode[] {
  if (point.kind !== "state") return onRequests;
  return when === "before" ? [...signals, "disk"] : signals;
}

/** A call that only reads. A page request may be an upload. */
export const isRead = ({ point, kind }: TracedPoint): boolean =>
  kind === "aws" && / (?:Describe|Get|List)\w+ \||s3 GET /.test(point);

/** A request whose effect and whose answer can part. */
const hasTwoSides = (point: TracedPoint): boolean => point.kind !== "state" && !isRead(point);

/**
 * What a page is told of a run, beyond the first time: how often depends on how fast the run is, and each of these would
 * give the moments after it other faults than in the run before. No command reads that file.
 */
const isRetold = ({ point }: TracedPoint): boolean => /rename to run\.json \| (?!1$)/.test(point);

/**
 * Before each call and each write, and after each request that may change something, because its answer can be lost. After
 * a call that only reads, and after a write of our own, nothing happens until the next point: that is the same moment.
 */
function momentsOf(legs: readonly RecordedLeg[], { all }: Choice): Moment[] {
  return legs.flatMap((leg) =>
    leg.points
      .filter((point) => !isRetold(point))
      .flatMap((point) => (all || hasTwoSides(point) ? moments : onlyBefore).map((when) => ({ leg, point, when }))),
  );
}

/** One fault for each moment, its kind rotating with the seed; or every kind at every moment. */
export function attemptsIn(legs: readonly RecordedLeg[], choice: Choice): Attempt[] {
  return momentsOf(legs, choice).flatMap((moment, index) => {
    const modes = modesAt(moment);
    const { leg, point, when } = moment;
    // One further with each round: before and after alternate, and so would the kinds with them.
    const turn = index + Math.floor(index / modes.length) + choice.seed;
    const chosen = choice.all ? modes : [modes[turn % modes.length] ?? "kill"];
    return chosen.map((mode) => ({ leg, key: point.point, when, mode }));
  });
}
