import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/records/run-record.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import type { WebFacts, WebStep } from "../../src/web/facts.ts";
import { buildHealth, buildOutput } from "../../src/web/panels.ts";
import { createRequestRates } from "../../src/web/request-rates.ts";
import { buildView } from "../../src/web/view.ts";

const now = new Date("2026-04-01T09:10:00.000Z");
const before = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

const step = (name: WebStep["name"], changes: Partial<WebStep> = {}): WebStep => ({
  name,
  title: { en: `Title of ${name}`, ja: `${name} の名前` },
  status: "pending",
  durationMs: undefined,
  checks: { passed: 0, total: 0 },
  expectedMs: undefined,
  ...changes,
});

const run: RunRecord = {
  version: 1,
  command: "up",
  pid: 7,
  startedAt: before(80),
  outcome: "running",
  steps: lectureSteps.map((name, index) =>
    index === 0
      ? { name, state: "done", durationMs: 9000 }
      : index === 1
        ? { name, state: "working", startedAt: before(60), expectedMs: 120_000 }
        : { name, state: "waiting" },
  ),
  output: [],
};

const facts = (changes: Partial<WebFacts> = {}): WebFacts => ({
  stack: "lecture05",
  target: "aws",
  region: "ap-northeast-1",
  url: undefined,
  stands: true,
  wasDestroyed: false,
  steps: lectureSteps.map((name, index) =>
    index === 0 ? step(name, { status: "done", durationMs: 9000 }) : step(name, { expectedMs: 10_000 }),
  ),
  warnings: [],
  working: { command: "lecture05 up", pid: 7, step: "puma" },
  run,
  releases: undefined,
  ...changes,
});

describe("the view", () => {
  it("sums up what is left from what it takes as a rule", () => {
    const view = buildView(facts(), now, "en");
    // 60 s of the step at work, and five steps of 10 s.
    expect(view.summary).toBe("ap-northeast-1; running for 1 min 20 s, about 1 min 50 s left as a rule");
    expect(view.percent).toBe(42);
    expect(view.steps.map(({ word, time }) => `${word} ${time}`).slice(0, 3)).toEqual([
      "done 9.0 s",
      "running 1 min 00 s of about 2 min",
      "waiting about 10 s",
    ]);
    expect(view.steps[1]?.percent).toBe(50);
  });

  it("claims nothing that is not known: no time that is left, no bar without a measure, none that is full", () => {
    const steps = facts().steps.map((it) => ({ ...it, expectedMs: undefined }));
    const unknown = { ...run, steps: run.steps.map(({ expectedMs: _gone, ...rest }) => rest) };
    const view = buildView(facts({ steps, run: unknown }), now, "ja");
    expect(view.summary).toBe("ap-northeast-1、経過時間 1 分 20 秒");
    expect(view.percent).toBe(14);
    expect(view.steps[1]).toMatchObject({ percent: null, time: "1 分 00 秒" });
    const message = { en: "m", ja: "m" };
    const count = { done: 34, total: 175, unit: { en: "packages", ja: "パッケージ" } };
    const counted = { ...unknown, now: { step: "puma" as const, message, count } };
    expect(buildView(facts({ steps, run: counted }), now, "ja").steps[1]).toMatchObject({
      percent: 19,
      more: "m – 34/175 パッケージ",
    });
    const late = {
      ...run,
      steps: run.steps.map((it) => (it.state === "working" ? { ...it, expectedMs: 20_000 } : it)),
    };
    expect(buildView(facts({ run: late }), now, "en").steps[1]).toMatchObject({
      percent: 98,
      time: "1 min 00 s, usually about 20 s",
    });
  });

  it("does not take the record of a run that was killed for a run, nor one that is over", () => {
    const killed = buildView(facts({ working: undefined }), now, "en");
    expect(killed.announcement).toBe("1 of 7 steps are done");
    expect(killed.percent).toBeNull();
    expect(killed.steps.some(({ state }) => state === "working")).toBe(false);
    const over = { ...run, outcome: "failed" as const, finishedAt: before(10) };
    expect(buildView(facts({ run: over, working: undefined }), now, "en").summary).toBe(
      "ap-northeast-1; last run: up, failed at 2026-04-01 09:09:50 UTC after 1 min 10 s",
    );
  });

  it("tells a destroy step by step, and what is left to do when there is nothing", () => {
    const steps = run.steps
      .toReversed()
      .map((it, index) => ({ ...it, state: index === 0 ? ("done" as const) : it.state }));
    const view = buildView(facts({ run: { ...run, command: "destroy", steps } }), now, "en");
    expect(view.announcement).toBe("Deleting, 6/7: puma (Title of puma)");
    expect(view.steps.at(-1)?.word).toBe("deleted");
    const nothing = facts({ stands: false, run: undefined, working: undefined });
    expect(buildView(nothing, now, "ja").announcement).toBe("まだ何もありません: lecture05 up");
    expect(buildView({ ...nothing, wasDestroyed: true }, now, "en").announcement).toContain("taken down");
  });

  it("names the step that has to be run again, and the results of the sandbox as such", () => {
    const steps = facts().steps.map((it, index) => (index === 1 ? { ...it, status: "stale" as const } : it));
    const view = buildView(facts({ steps, target: "sandbox", run: undefined, working: undefined }), now, "en");
    expect(view.announcement).toBe("[sandbox] Step puma is not complete. To go on: lecture05 up");
    expect(view.steps[1]).toMatchObject({ state: "failed", word: "needs another run" });
  });
});

describe("the panels", () => {
  it("say why there is nothing to see, or nothing newer", () => {
    expect(buildOutput(undefined, false, "en").note).toBe("No command is running.");
    expect(buildOutput(run, true, "en").note).toContain("Nothing yet");
    const problem = { en: "AWS is out of reach.", ja: "AWS に接続できません。" };
    expect(buildHealth(undefined, problem, new Map(), "ja").note).toBe("AWS に接続できません。");
    const health = { at: now, targets: [], differences: [], requests: [] };
    expect(buildHealth(health, problem, new Map(), "en").note).toBe(
      "AWS is out of reach. Asked at 09:10:00 UTC. No target is registered.",
    );
  });

  it("show targets in AWS's words, with the reason", () => {
    const targets = [{ instanceId: "i-1", state: "unhealthy", reason: "Target.Timeout" }];
    const { targets: rows } = buildHealth(
      { at: now, targets, differences: [], requests: [] },
      undefined,
      new Map([["i-1", "ap-northeast-1a"]]),
      "ja",
    );
    expect(rows[0]?.map(({ text }) => text)).toEqual(["i-1", "ap-northeast-1a", "異常: Target.Timeout"]);
    expect(rows[0]?.[2]?.tone).toBe("bad");
  });
});

describe("requests per minute", () => {
  const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

  it("are what was counted within the last minute, without health checks, host by host", () => {
    const rates = createRequestRates();
    expect(rates("i-1", { all: 110, healthChecks: 100 }, at(0))).toEqual({
      instanceId: "i-1",
      visitors: 10,
      healthChecks: 100,
      perMinute: undefined,
    });
    expect(rates("i-1", { all: 125, healthChecks: 110 }, at(30)).perMinute).toBe(10);
    expect(rates("i-2", { all: 5, healthChecks: 0 }, at(30)).perMinute).toBeUndefined();
    expect(rates("i-1", { all: 126, healthChecks: 111 }, at(80)).perMinute).toBe(0);
  });

  it("begin anew when the log was rotated", () => {
    const rates = createRequestRates();
    rates("i-1", { all: 100, healthChecks: 0 }, at(0));
    expect(rates("i-1", { all: 3, healthChecks: 0 }, at(10))).toMatchObject({ visitors: 3, perMinute: undefined });
    expect(rates("i-1", { all: 5, healthChecks: 0 }, at(20)).perMinute).toBe(12);
  });
});
