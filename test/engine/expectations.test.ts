import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { withExpectations } from "../../src/engine/expectations.ts";

const title = { en: "Puma", ja: "Puma" };
const begin = (command: "up" | "destroy"): EngineEvent => ({
  type: "run.started",
  command,
  stack: "s",
  target: "sandbox",
  region: "r",
  account: "a",
  steps: ["puma"],
});
const started: EngineEvent = { type: "step.started", step: "puma", title, number: 1, of: 1 };
const planned: EngineEvent = { type: "step.planned", step: "puma", changes: [] };
const finished = (outcome: "done" | "failed" | "up-to-date" | "destroyed", durationMs = 5000): EngineEvent => ({
  type: "step.finished",
  step: "puma",
  outcome,
  durationMs,
});

function record(events: readonly EngineEvent[], { hasRun = false, isKnown = true } = {}) {
  const noted: [string, number][] = [];
  const asked: string[] = [];
  const seen: EngineEvent[] = [];
  const book = {
    expectedMs: (kind: string) => (asked.push(kind), isKnown ? 7000 : undefined),
    note: (kind: string, durationMs: number) => void noted.push([kind, durationMs]),
  };
  const sink = withExpectations(
    (event) => seen.push(event),
    book,
    () => hasRun,
  );
  for (const event of events) sink(event);
  return { noted, asked, seen };
}

describe("what is expected", () => {
  it("comes with the plan of a step, and what it took is noted at its end", () => {
    const { noted, asked, seen } = record([begin("up"), started, planned, finished("done")]);
    expect(seen).toEqual([begin("up"), started, { ...planned, expectedMs: 7000 }, finished("done")]);
    expect(asked).toEqual(["sandbox first puma"]);
    expect(noted).toEqual([["sandbox first puma", 5000]]);
  });

  it("is another for a step that was begun before", () => {
    expect(record([begin("up"), started, planned, finished("done")], { hasRun: true }).noted).toEqual([
      ["sandbox again puma", 5000],
    ]);
  });

  it("is not said when it is not known", () => {
    expect(record([begin("up"), started, planned], { isKnown: false }).seen).toEqual([begin("up"), started, planned]);
  });

  it("is not learned from what failed, from what had nothing to do, or from a plan alone", () => {
    expect(record([begin("up"), started, planned, finished("failed")]).noted).toEqual([]);
    expect(record([begin("up"), started, finished("up-to-date")]).noted).toEqual([]);
    expect(record([planned]).seen).toEqual([planned]);
  });

  it("comes at once when a step is undone that was there", () => {
    const events = [begin("destroy"), started, finished("destroyed")];
    const there = record(events, { hasRun: true });
    expect(there.seen[1]).toEqual({ ...started, expectedMs: 7000 });
    expect(there.noted).toEqual([["sandbox destroy puma", 5000]]);
    expect(record(events).noted).toEqual([]);
  });
});
