import { describe, expect, it } from "vitest";
import { waitsOf } from "../../src/report/waits.ts";
import type { Span } from "../../src/report/work.ts";

const aws = (name: string, startMs: number, durationMs = 10): Span => ({
  kind: "aws",
  name,
  startMs,
  durationMs,
  failed: false,
});
const remote = (startMs: number, durationMs: number): Span => ({
  ...aws("install", startMs, durationMs),
  kind: "remote",
});
const told = (spans: Span[]) =>
  waitsOf(spans).map(({ operation, repeats, waitedMs }) => [operation, repeats, waitedMs]);

describe("waits for AWS", () => {
  it("are the pauses between the same questions, longest first", () => {
    expect(
      told([
        aws("elbv2 DescribeLoadBalancers", 0),
        aws("elbv2 DescribeLoadBalancers", 210),
        aws("elbv2 DescribeTargetHealth", 300),
        aws("elbv2 DescribeTargetHealth", 510),
        aws("elbv2 DescribeTargetHealth", 720),
      ]),
    ).toEqual([
      ["elbv2 DescribeTargetHealth", 2, 400],
      ["elbv2 DescribeLoadBalancers", 1, 200],
    ]);
  });

  it("are none between different questions, nor while a command runs", () => {
    expect(told([aws("ec2 DescribeVpcs", 0), aws("ec2 DescribeSubnets", 500)])).toEqual([]);
    expect(
      told([
        remote(0, 1000),
        aws("ssm GetCommandInvocation", 200),
        aws("ssm GetCommandInvocation", 400),
        aws("ssm GetCommandInvocation", 995),
      ]),
    ).toEqual([]);
  });

  it("are none between calls that make something", () => {
    expect(told([aws("ec2 CreateSubnet", 0), aws("ec2 CreateSubnet", 50)])).toEqual([]);
  });

  it("are none where calls overlap", () => {
    expect(told([aws("s3 HeadObject", 0, 100), aws("s3 HeadObject", 50, 100)])).toEqual([]);
  });
});
