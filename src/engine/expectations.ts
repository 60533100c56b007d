import type { DurationBook } from "../records/durations.ts";
import type { StepName } from "../steps/names.ts";
import type { EngineEvent, EventSink } from "./events.ts";

/** First: nothing of the step was there. Again: it was begun before, or something of it has to be put right. */
export type WorkKind = "first" | "again" | "destroy";

/** How the book of durations calls a step's work. */
export const workKind = (target: string, kind: WorkKind, step: StepName): string => `${target} ${kind} ${step}`;

/**
 * Says with each step that has something to do how long it took in earlier runs, and notes how long it takes now. Only
 * work that came to its end counts: a failure or Ctrl-C says nothing about how long it would have taken.
 *
 * @param hasRun whether something of the step has been done, as far as the state knows at this moment
 */
export function withExpectations(sink: EventSink, book: DurationBook, hasRun: (step: StepName) => boolean): EventSink {
  let run: Extract<EngineEvent, { type: "run.started" }> | undefined;
  let working: string | undefined;

  const expect = (event: Extract<EngineEvent, { type: "step.started" | "step.planned" }>, kind: WorkKind): void => {
    working = workKind(run?.target ?? "", kind, event.step);
    const expectedMs = book.expectedMs(working);
    sink(expectedMs === undefined ? event : { ...event, expectedMs });
  };

  return (event) => {
    switch (event.type) {
      case "run.started":
        run = event;
        return sink(event);
      case "step.started":
        working = undefined;
        if (run?.command === "destroy" && hasRun(event.step)) return expect(event, "destroy");
        return sink(event);
      case "step.planned":
        // A plan alone, without a run, starts nothing.
        if (!run) return sink(event);
        return expect(event, hasRun(event.step) ? "again" : "first");
      case "step.finished":
        sink(event);
        if (working !== undefined && (event.outcome === "done" || event.outcome === "destroyed")) {
          book.note(working, event.durationMs);
        }
        working = undefined;
        return;
      default:
        return sink(event);
    }
  };
}
