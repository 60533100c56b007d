import { expect, it } from "vitest";
import { fullState } from "../report/sample.ts";
import { lockOf, runningNow, serve } from "./served.ts";

/** Each with the part that must not be read anywhere. */
const planted: readonly (readonly [string, string])[] = [
  ["210987654321", "210987654321"],
  ["arn:aws:iam::345678901234:role/x", "345678901234"],
  ["203.0.113.77", "203.0.113.77"],
  ["2001:db8:85a3::8a2e:370:7334", "8a2e:370"],
  ["taro.yamada@example.co.jp", "taro.yamada"],
  ["/home/taro/secret-project", "/home/taro"],
  ["lecture05-ap-northeast-1-0123456789ab", "0123456789ab"],
  ["lecture05-1234567890.ap-northeast-1.elb.amazonaws.com", "1234567890"],
  ["AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"],
  ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "wJalrXUtn"],
  ["AWS_SESSION_TOKEN='IQoJb3JpZ2luX2VjEXAMPLE'", "IQoJb3JpZ2lu"],
  ["mysql2://app:hunter2secret@db.internal/app", "hunter2secret"],
  ['PASSWORD="correct horse battery"', "correct horse"],
  ["SECRET_KEY_BASE=c0ffeec0ffeec0ffee", "c0ffeec0ffee"],
  ["-----BEGIN RSA PRIVATE KEY----- MIIabc -----END RSA PRIVATE KEY-----", "MIIabc"],
];

it("shows none of the identifiers and secrets that were planted, in no part of the page", async () => {
  const said = planted.map(([text]) => text).join(" , ");
  const state = fullState({ account: "123456789012" });
  const served = await serve({
    state: {
      ...state,
      steps: state.steps.map((step) => ({
        ...step,
        error: { code: "X", message: said },
        checks: [{ name: "page", expected: "200", observed: said, ok: false }],
      })),
    },
    run: {
      ...runningNow(),
      now: { step: "puma", message: { en: said, ja: said } },
      output: planted.map(([text]) => ({ text })),
    },
    log: `${JSON.stringify({ time: state.createdAt, kind: "remote", step: "ec2", script: "install", instanceId: "i-1", commandId: "c", exitCode: 1, durationMs: 1, text: said })}\n`,
  });
  served.put("lock", lockOf("lecture05 up"));
  const headers = { cookie: await served.cookie() };
  const events = await fetch(`${served.origin}/events`, { headers });
  let shown = "";
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (!["view", "output", "health", "report"].every((name) => shown.includes(`event: ${name}\n`))) {
    shown += (await reader?.read())?.value ?? "";
  }
  await reader?.cancel();
  const report = await (await fetch(`${served.origin}/report`, { headers })).text();
  const pictures = [...report.matchAll(/src="([^"]+)"/g)].map(([, path]) => path);
  expect(pictures.length).toBeGreaterThan(1);
  for (const path of ["/", ...pictures]) shown += await (await fetch(served.origin + path, { headers })).text();
  const { stdout, stderr } = await served.stop();
  shown += report + stdout + stderr;
  expect(shown).toContain("[redacted]");
  for (const [, needle] of [...planted, ["", "123456789012"]]) expect(shown, needle).not.toContain(needle);
});
