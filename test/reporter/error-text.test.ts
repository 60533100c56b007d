import { describe, expect, it } from "vitest";
import { errorCodes, exitCodeOf, Lecture05Error } from "../../src/errors.ts";
import { errorLines } from "../../src/reporter/error-text.ts";
import { errorEvent } from "../../src/reporter/json.ts";
import { createPaint } from "../../src/reporter/paint.ts";

const options = { language: "en", paint: createPaint(false), debug: false, bugsUrl: "https://bugs.example" } as const;

const failed = new Lecture05Error("ALB_TARGET_UNHEALTHY", {
  what: { en: "The load balancer never saw a healthy target", ja: "ターゲットが正常になりません" },
  why: { en: "GET /up answered 403", ja: "GET /up が 403 を返しました" },
  next: ["lecture05 diagnose alb", { en: "or wait", ja: "または待つ" }],
  cause: Object.assign(new Error("outer", { cause: new Error("inner") }), { $metadata: { requestId: "req-1" } }),
});

describe("an error", () => {
  it("says what, why, what next, and its code", () => {
    expect(errorLines(failed, options)).toEqual([
      "✗ The load balancer never saw a healthy target",
      "  Why: GET /up answered 403",
      "  Next:",
      "    - lecture05 diagnose alb",
      "    - or wait",
      "  Code: ALB_TARGET_UNHEALTHY",
    ]);
  });

  it("says it in Japanese", () => {
    expect(errorLines(failed, { ...options, language: "ja" })).toEqual([
      "✗ ターゲットが正常になりません",
      "  原因: GET /up が 403 を返しました",
      "  対処:",
      "    - lecture05 diagnose alb",
      "    - または待つ",
      "  コード: ALB_TARGET_UNHEALTHY",
    ]);
  });

  it("shows the chain of causes with request ids only with --debug", () => {
    const text = errorLines(failed, { ...options, debug: true }).join("\n");
    expect(text).toContain("caused by: Error: outer");
    expect(text).toContain("AWS request id: req-1");
    expect(text).toContain("caused by: Error: inner");
    expect(text.indexOf("outer")).toBeLessThan(text.indexOf("inner"));
  });

  it("does not follow causes in a circle, nor show secrets", () => {
    const cause = new Error("AWS_SECRET_ACCESS_KEY=abcdefghijklmnop");
    cause.cause = cause;
    const text = errorLines(cause, { ...options, debug: true }).join("\n");
    expect(text).not.toContain("abcdefghijklmnop");
    expect(text.match(/caused by/g)?.length).toBeLessThan(10);
  });

  it.each([new Error("first line\nat secret"), "a text", undefined, { an: "object" }])("of any kind: %s", (error) => {
    const text = errorLines(error, options).join("\n");
    expect(text).toContain("This is a bug in lecture05");
    expect(text).toContain("https://bugs.example");
    expect(text).not.toContain("at secret");
  });

  it("is an event with both languages in JSON", () => {
    expect(errorEvent(failed, 1, "x")).toEqual({
      type: "error",
      code: "ALB_TARGET_UNHEALTHY",
      exitCode: 1,
      what: failed.detail.what,
      why: failed.detail.why,
      next: [
        { en: "lecture05 diagnose alb", ja: "lecture05 diagnose alb" },
        { en: "or wait", ja: "または待つ" },
      ],
    });
    expect(errorEvent(new Error("x"), 1, "https://bugs.example")).toMatchObject({ code: "BUG" });
  });
});

it("has an exit code of the contract for every code", () => {
  for (const code of errorCodes) expect([1, 2, 3, 4, 130]).toContain(exitCodeOf(code));
});
