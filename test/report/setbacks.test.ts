import { describe, expect, it } from "vitest";
import { setbacksOf } from "../../src/report/setbacks.ts";
import { parseWorkLog } from "../../src/report/work.ts";

const log = (...entries: object[]) =>
  parseWorkLog(
    entries.map((entry, index) => JSON.stringify({ time: `2026-04-01T09:0${index}:00.000Z`, ...entry })).join("\n"),
  );
const diagnosis = (code: string, step?: string): object => ({
  kind: "diagnosis",
  ...(step ? { step } : {}),
  layer: "puma",
  code,
  cause: code,
  causeText: { en: code, ja: `${code} です` },
  fix: ["lecture05 step puma"],
  evidence: [],
});
const failed = { kind: "step", step: "alb", event: "failed", error: "ALB_TARGET_UNHEALTHY: never" };
const done = { kind: "step", step: "alb", event: "done" };
const at = (minute: number): string => `2026-04-01T09:0${minute}:00.000Z`;

describe("what went wrong", () => {
  it("has the diagnosis of the step that failed, and when the step was done", () => {
    expect(setbacksOf(log(diagnosis("PUMA_STOPPED", "alb"), failed, done))).toEqual([
      {
        step: "alb",
        time: at(1),
        error: "ALB_TARGET_UNHEALTHY: never",
        diagnosis: {
          layer: "puma",
          code: "PUMA_STOPPED",
          cause: { en: "PUMA_STOPPED", ja: "PUMA_STOPPED です" },
          fix: ["lecture05 step puma"],
        },
        solvedAt: at(2),
      },
    ]);
  });

  it("has a failure without a diagnosis, and one that is not solved yet", () => {
    expect(setbacksOf(log(failed))).toMatchObject([{ step: "alb", diagnosis: undefined, solvedAt: undefined }]);
  });

  it("has what diagnose was asked for, once, until it finds nothing wrong", () => {
    const entries = log(diagnosis("SOCKET_STALE"), diagnosis("SOCKET_STALE"), diagnosis("NOTHING_WRONG"));
    expect(setbacksOf(entries)).toMatchObject([
      { step: undefined, error: undefined, time: at(0), diagnosis: { code: "SOCKET_STALE" }, solvedAt: at(2) },
    ]);
  });

  it("has each of two causes that followed one another", () => {
    const entries = log(diagnosis("SOCKET_STALE"), diagnosis("PUMA_STOPPED"), {
      kind: "run",
      command: "up",
      event: "done",
    });
    expect(setbacksOf(entries).map(({ diagnosis: found, solvedAt }) => [found?.code, solvedAt])).toEqual([
      ["SOCKET_STALE", at(2)],
      ["PUMA_STOPPED", at(2)],
    ]);
  });

  it("is nothing where diagnose found nothing wrong", () => {
    expect(setbacksOf(log(diagnosis("NOTHING_WRONG"), done))).toEqual([]);
  });

  it("reads logs of earlier versions", () => {
    const old = { kind: "diagnosis", layer: "puma", code: "PUMA_STOPPED", cause: "Puma is stopped", evidence: [] };
    expect(setbacksOf(log(old))).toMatchObject([
      { diagnosis: { cause: { en: "Puma is stopped", ja: "Puma is stopped" }, fix: [] } },
    ]);
  });
});
