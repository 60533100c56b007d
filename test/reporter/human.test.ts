import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { createHumanReporter, type HumanReporterOptions } from "../../src/reporter/human.ts";
import { createPaint, isFancy } from "../../src/reporter/paint.ts";
import { Screen } from "../cli/support/run.ts";

const started: EngineEvent = {
  type: "run.started",
  command: "up",
  stack: "lecture05",
  target: "aws",
  region: "ap-northeast-1",
  account: "123456789012",
  steps: ["ec2"],
};
const title = { en: "EC2 instance", ja: "EC2 の作成" };
const check = {
  name: "ssm",
  title: { en: "SSM answers", ja: "SSM の応答" },
  expected: "Online",
  observed: "Online",
  ok: true,
};

function record(events: readonly EngineEvent[], changes: Partial<HumanReporterOptions> = {}): string {
  const [stdout, stderr] = [new Screen(false), new Screen(false)];
  const reporter = createHumanReporter({
    stdout,
    stderr,
    language: "en",
    paint: createPaint(false),
    debug: false,
    bugsUrl: "x",
    spinner: undefined,
    ...changes,
  });
  for (const event of events) reporter.event(event);
  reporter.close();
  return stdout.text;
}

const wholeRun: readonly EngineEvent[] = [
  started,
  { type: "step.started", step: "ec2", title, number: 1, of: 7 },
  { type: "step.planned", step: "ec2", changes: [{ action: "create", subject: "ec2:vpc vpc" }] },
  { type: "step.progress", step: "ec2", message: { en: "waiting", ja: "待機中" } },
  { type: "step.progress", step: "ec2", message: { en: "waiting", ja: "待機中" } },
  { type: "resource.created", step: "ec2", resourceType: "ec2:vpc", name: "vpc", id: "vpc-1" },
  { type: "resource.found", step: "ec2", resourceType: "ec2:subnet", name: "public-a", id: "subnet-1" },
  { type: "check", step: "ec2", check },
  { type: "check", step: "ec2", check: { ...check, observed: "Offline", ok: false } },
  { type: "modules.recorded", step: "ec2", requested: 3, pulledIn: 42 },
  { type: "step.finished", step: "ec2", outcome: "done", durationMs: 12_300 },
  { type: "run.finished", outcome: "done", url: "http://lb.example", durationMs: 65_000 },
];

describe("the human reporter", () => {
  it("tells what is off for a moment, what is back, and what an earlier command had left", () => {
    const part = { en: "Puma on i-1", ja: "i-1 の Puma" };
    const events: readonly EngineEvent[] = [
      { type: "part.on", step: "puma", part, leftSince: "2026-01-01T00:00:00.000Z" },
      { type: "part.off", step: "puma", part },
      { type: "part.on", step: "puma", part },
      { type: "part.left", step: "puma", part, reason: { en: "no answer", ja: "応答なし" } },
      { type: "step.finished", step: "puma", outcome: "superseded", by: "puma-socket", durationMs: 0 },
    ];
    expect(record(events).split("\n")).toEqual([
      "+ Restored what an interrupted command had left: Puma on i-1",
      "  - off for a moment: Puma on i-1",
      "  + restored: Puma on i-1",
      "  ! could not be restored: Puma on i-1 (no answer); the next lecture05 command tries again",
      "  ✓ a later step took over: puma-socket (0.0 s)",
      "",
    ]);
    expect(record(events, { language: "ja" })).toContain("  - 一時的に無効化: i-1 の Puma\n");
  });

  it("tells a run", () => {
    expect(record(wholeRun)).toBe(
      [
        "lecture05 up: stack lecture05 (AWS 123456789012 ap-northeast-1)",
        "",
        "1/7 ec2  EC2 instance",
        "    waiting",
        "  + ec2:vpc vpc vpc-1",
        "  ✓ SSM answers: Online",
        "  ✗ SSM answers: Offline (expected: Online)",
        "  modules installed: 3 asked for, 42 pulled in",
        "  ✓ done (12 s)",
        "",
        "Done in 1 min 05 s",
        "  URL: http://lb.example",
        "  lecture05 status   what there is",
        "  lecture05 verify   prove it once more",
        "  lecture05 destroy  remove all of it; it costs money until then",
        "",
      ].join("\n"),
    );
  });

  it("tells it in Japanese", () => {
    const text = record(wholeRun, { language: "ja" });
    expect(text).toContain("1/7 ec2  EC2 の作成\n    待機中\n");
    expect(text).toContain("  ✗ SSM の応答: Offline (期待値: Online)\n");
    expect(text).toContain("インストールしたモジュール: 3 件 (依存で追加: 42 件)");
    expect(text).toContain("完了しました (1 分 05 秒)");
  });

  it("gives Japanese readers what was seen, and why it failed, in Japanese", () => {
    const seen = { ...check, expected: "refused", observed: "no line in the access log", ok: false };
    const error = {
      code: "STEP_CHECK_FAILED" as const,
      message: "STEP_CHECK_FAILED: it failed: because",
      what: { en: "it failed", ja: "失敗しました" },
      why: { en: "because", ja: "原因" },
    };
    const text = record(
      [
        { ...started, command: "verify" },
        { type: "check", step: "ec2", check: seen },
        { type: "step.finished", step: "ec2", outcome: "failed", durationMs: 100, error },
        {
          type: "destroy.leftover",
          step: "ec2",
          leftover: { type: "ec2:vpc", id: "vpc-1", reason: { en: "in use", ja: "使用中です" }, blockers: [] },
        },
      ],
      { language: "ja" },
    );
    expect(text).toContain("✗ SSM の応答: アクセスログに該当行なし (期待値: 接続拒否)\n");
    expect(text).toContain("✗ 失敗: STEP_CHECK_FAILED: 失敗しました: 原因 (0.1 秒)\n");
    expect(text).toContain("! ec2:vpc vpc-1: 使用中です\n");
  });

  it("labels what the sandbox did", () => {
    const text = record([{ ...started, target: "sandbox" }, ...wholeRun.slice(1)]);
    expect(text).toContain("[sandbox] 1/7 ec2");
    expect(text).toContain("[sandbox] Done in");
  });

  it("gives the reason of a failure where the run goes on, and leaves it to the error where it ends", () => {
    const failed: EngineEvent = {
      type: "step.finished",
      step: "ec2",
      outcome: "failed",
      durationMs: 0,
      error: { code: "ACCESS_DENIED", message: "ACCESS_DENIED: no" },
    };
    expect(record([started, failed])).toContain("✗ failed: ACCESS_DENIED (0.0 s)");
    expect(record([{ ...started, command: "destroy" }, failed])).toContain("✗ failed: ACCESS_DENIED: no (0.0 s)");
  });

  it("lists what a destroy left", () => {
    const text = record([
      { ...started, command: "destroy" },
      { type: "resource.deleted", step: "ec2", resourceType: "ec2:instance", id: "i-1" },
      {
        type: "destroy.leftover",
        step: "ec2",
        leftover: { type: "ec2:vpc", id: "vpc-1", reason: { en: "used by eni-1", ja: "使用中" }, blockers: [] },
      },
      { type: "run.finished", outcome: "failed", durationMs: 1000, left: 1 },
    ]);
    expect(text).toContain("  - ec2:instance i-1\n  ! ec2:vpc vpc-1: used by eni-1\n");
    expect(text).not.toContain("0 left");
  });

  it("hides the spinner while it writes, and shows it again", () => {
    const calls: string[] = [];
    const spinner = {
      begin: () => void calls.push("begin"),
      expect: (durationMs: number) => void calls.push(`expect ${durationMs}`),
      show: (text: string) => void calls.push(`show ${text}`),
      hide: () => void calls.push("hide"),
    };
    const text = record(wholeRun, { spinner });
    expect(text).not.toContain("waiting");
    const place = calls.indexOf("show waiting");
    expect(calls.slice(place, place + 3)).toEqual(["show waiting", "hide", "show waiting"]);
    expect(calls.at(-1)).toBe("hide");
  });
});

describe("how far it is", () => {
  const counting = (done: number): EngineEvent => ({
    type: "step.progress",
    step: "puma",
    message: { en: "install-ruby", ja: "install-ruby" },
    count: { done, total: 40, unit: { en: "packages", ja: "パッケージ" } },
  });
  const run: readonly EngineEvent[] = [
    started,
    { type: "step.started", step: "puma", title, number: 2, of: 7 },
    { type: "step.planned", step: "puma", changes: [], expectedMs: 118_000 },
    ...[0, 1, 9, 10, 11, 19, 25, 40].map(counting),
  ];

  it("stands in plain lines: the time it takes as a rule once, counts a quarter at a time", () => {
    expect(record(run).split("\n").slice(3)).toEqual([
      "    usually takes about 2 min",
      "    install-ruby",
      "    10/40 packages",
      "    25/40 packages",
      "    40/40 packages",
      "",
    ]);
    expect(record(run, { language: "ja" })).toContain("    通常の所要時間: 約 2 分\n");
  });

  it("stands beside the spinner on a terminal, and comes back after each line", () => {
    const calls: unknown[] = [];
    const spinner = {
      begin: () => void calls.push("begin"),
      expect: (durationMs: number) => void calls.push(durationMs),
      show: (text: string, count?: { done: number }) => void calls.push([text, count?.done]),
      hide: () => {},
    };
    const text = record([...run, { type: "check", step: "puma", check }], { spinner });
    expect(calls.slice(0, 3)).toEqual(["begin", ["puma", undefined], 118_000]);
    expect(calls.slice(-2)).toEqual([
      ["install-ruby", 40],
      ["install-ruby", 40],
    ]);
    expect(text).not.toContain("usually");
  });
});

describe("colours", () => {
  it.each([
    [{ isTTY: true }, {}, true, true],
    [{ isTTY: false }, {}, true, false],
    [{}, {}, true, false],
    [{ isTTY: true }, { NO_COLOR: "1" }, true, false],
    [{ isTTY: true }, { NO_COLOR: "" }, true, true],
    [{ isTTY: true }, { TERM: "dumb" }, true, false],
    [{ isTTY: true }, { CI: "1" }, true, false],
    [{ isTTY: true }, {}, false, false],
  ])("%j %j --color=%s: %s", (stream, env, flag, expected) => {
    expect(isFancy(stream, env, flag)).toBe(expected);
  });
});
