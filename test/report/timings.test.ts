import { describe, expect, it } from "vitest";
import type { LoggedEntry } from "../../src/records/work-log.ts";
import { timingsOf } from "../../src/report/timings.ts";

const origin = Date.parse("2026-11-24T03:00:00.000Z");
const at = (second: number): string => new Date(origin + second * 1000).toISOString();

/** Lines of the work log bear the time of their end. */
const command = (step: string, script: string, from: number, to: number): LoggedEntry => ({
  time: at(to),
  kind: "remote",
  step,
  script,
  instanceId: "i-1",
  commandId: "c",
  exitCode: 0,
  durationMs: (to - from) * 1000,
  text: "",
});
const call = (step: string | undefined, operation: string, from: number, to: number): LoggedEntry => ({
  time: at(to),
  kind: "aws",
  ...(step === undefined ? {} : { step }),
  service: "ec2",
  operation,
  durationMs: (to - from) * 1000,
});
const done = (step: string, from: number, to: number): LoggedEntry => ({
  time: at(to),
  kind: "step",
  step,
  event: "done",
  durationMs: (to - from) * 1000,
});

const entries = [
  call(undefined, "DescribeVpcs", 0, 1),
  call("ec2", "RunInstances", 2, 4),
  call("ec2", "DescribeInstances", 4, 5),
  call("ec2", "DescribeInstances", 8, 9),
  done("ec2", 2, 10),
  // A command, the call that watches it, and a call beside that.
  command("puma", "install-gems", 10, 20),
  call("puma", "GetCommandInvocation", 11, 12),
  call("puma", "DescribeTags", 11, 12),
  done("puma", 10, 22),
];

describe("the timings of a run", () => {
  const timings = timingsOf(entries, origin, origin + 24_000);

  it("say of each part where its time went", () => {
    expect(timings.parts).toEqual([
      { durationMs: 4000, hostMs: 0, awsMs: 1000, waitMs: 0, overlapMs: 0, ownMs: 3000 },
      { step: "ec2", durationMs: 8000, hostMs: 0, awsMs: 4000, waitMs: 3000, overlapMs: 0, ownMs: 1000 },
      { step: "puma", durationMs: 12_000, hostMs: 10_000, awsMs: 0, waitMs: 0, overlapMs: 1000, ownMs: 2000 },
    ]);
  });

  it("compare the run with what hosts and AWS alone need", () => {
    expect(timings).toMatchObject({ durationMs: 24_000, lowerBoundMs: 18_000, ownMs: 6000, overlapMs: 1000 });
  });

  it("name the longest pieces, waits among them", () => {
    expect(timings.longest).toEqual([
      { step: "puma", name: "install-gems", durationMs: 10_000 },
      { step: "ec2", name: "ec2 DescribeInstances", durationMs: 3000 },
    ]);
  });

  it("are all the tool's own where nothing was asked", () => {
    expect(timingsOf([], 0, 5000)).toMatchObject({ durationMs: 5000, ownMs: 5000, lowerBoundMs: 0, longest: [] });
  });
});
