import { describe, expect, it } from "vitest";
import { costOf } from "../../src/records/cost.ts";
import { unionMs } from "../../src/report/work.ts";
import { fullState, sample, workLog } from "./sample.ts";

describe("the numbers of the report", () => {
  it("come from the records", () => {
    const data = sample();
    expect(data).toMatchObject({
      stepsDone: 7,
      checksPassed: 14,
      checksTotal: 14,
      workMs: 7 * 50_000,
      modulesRequested: 2,
      resources: 1,
      work: { awsCalls: 1, remoteCommands: 1 },
    });
    expect(data.cost.hours).toBeCloseTo(1);
    const { perHourDollars } = costOf({ instanceType: "t3.small", region: "ap-northeast-1" }, "s3");
    expect(data.cost.soFarDollars).toBeCloseTo(perHourDollars);
  });

  it("follow each record that changes", () => {
    const state = fullState();
    const [first, ...rest] = state.steps;
    const failed = {
      ...first!,
      status: "failed" as const,
      durationMs: 1,
      checks: first!.checks.map((check) => ({ ...check, ok: false })),
    };
    expect(sample({ state: { ...state, steps: [failed, ...rest] } })).toMatchObject({
      stepsDone: 6,
      checksPassed: 12,
      workMs: 6 * 50_000 + 1,
    });
    expect(sample({ state: { ...state, modules: [] } })).toMatchObject({ modulesRequested: 0 });
    expect(sample({ workLog: `${workLog}\n${workLog}` }).work).toMatchObject({ awsCalls: 2, remoteCommands: 2 });
  });

  it("leave out what an earlier stack logged, and lines that a crash cut short", () => {
    const before = workLog.replaceAll("2026-04-01", "2026-03-31");
    expect(sample({ workLog: `${before}\n${workLog}\n{"time":"2026` }).work.awsCalls).toBe(1);
  });

  it("name each failure, and when it was solved", () => {
    expect(sample().work.setbacks).toMatchObject([
      { step: "puma-socket", error: "REMOTE_COMMAND_FAILED: no socket", solvedAt: "2026-04-01T09:02:50.000Z" },
    ]);
  });

  it("count overlapping times once", () => {
    expect(
      unionMs([
        { startMs: 0, durationMs: 10 },
        { startMs: 5, durationMs: 10 },
        { startMs: 30, durationMs: 5 },
        { startMs: 31, durationMs: 1 },
      ]),
    ).toBe(20);
    // The call that started the command ran while it did.
    expect(sample().stages[1]?.work).toMatchObject({ remoteMs: 30_000, awsMs: 0 });
  });
});
