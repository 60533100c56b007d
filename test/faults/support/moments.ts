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

/**
 * What a page is told of a run, beyond the first time: how often depends on how fast the run is, and each of these would
 * give the moments after it other faults than in the run before.
 */
const isRetold = ({ point }: TracedPoint): boolean => /rename to run\.json \| (?!1$)/.test(point);

/** A copy of a state that is written already: the moments around it are those after this write and before the next call. */
const isCopy = ({ point }: TracedPoint): boolean => point.includes("rename to state.backup.json");

/** A file of ours that changes by a rename. What lies right after it is also right before the next call, which has faults of its own. */
const isWrite = ({ kind }: TracedPoint): boolean => kind === "state";

/** One of so many calls that only read is disturbed; which ones rotates with the seed. */
const readsPerMoment = 3;

/**
 * Before and after each call that changes something; before or after each file that is written. Nothing changes between a
 * call that reads and the next call, so of several of them in a row one moment will do, now before and now after.
 */
function momentsOf(legs: readonly RecordedLeg[], { seed, all }: Choice): Moment[] {
  let reads = seed;
  let writes = seed;
  return legs.flatMap((leg) =>
    leg.points.flatMap((point) => {
      if (isRetold(point)) return [];
      if (all) return moments.map((when) => ({ leg, point, when }));
      if (isCopy(point)) return [];
      if (isWrite(point)) return [{ leg, point, when: moments[writes++ % 2] ?? "before" }];
      if (!isRead(point)) return moments.map((when) => ({ leg, point, when }));
      reads += 1;
      if (reads % readsPerMoment !== 0) return [];
      return [{ leg, point, when: moments[(reads / readsPerMoment) % 2] ?? "before" }];
    }),
  );
}

/** One fault for each moment, its kind rotating with the seed; or every kind at every moment. */
export function attemptsIn(legs: readonly RecordedLeg[], choice: Choice): Attempt[] {
  return momentsOf(legs, choice).flatMap((moment, index) => {
    const modes = modesAt(moment);
    const { leg, point, when } = moment;
    const chosen = choice.all ? modes : [modes[(index + choice.seed) % modes.length] ?? "kill"];
    return chosen.map((mode) => ({ leg, key: point.point, when, mode }));
  });
}
