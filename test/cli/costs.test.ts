import { afterEach, describe, expect, it, vi } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

const aws = ["--target", "aws"];

it("a plan for AWS says what each step creates and costs, and the total", async () => {
  const { stdout } = await run(["plan", ...aws], { services: fakeServices() });
  expect(stdout).toMatch(/^ec2 {2}about \$0\.0348\/h, \$25\.43 a month\n {2}\+ ec2\n/m);
  expect(stdout).toContain("\npuma\n  + puma\n");
  expect(stdout).toContain("\nalb  about $0.0343/h, $25.04 a month\n");
  expect(stdout).toContain("It costs about $0.0691/h, $50.46 a month until `lecture05 destroy`: an estimate");
  expect(stdout).toContain("  ALB: $0.0243/h\n");
});

it("a network load balancer costs the same, and its addresses are named", async () => {
  const { stdout } = await run(["plan", ...aws, "--load-balancer", "nlb"], { services: fakeServices() });
  expect(stdout).toContain("  NLB: $0.0243/h\n");
  expect(stdout).toContain("  Elastic IPs (NLB, 2 AZs): $0.0100/h\n");
  expect(stdout).not.toContain("ALB");
});

it("a plan knows the region's prices, names what it keeps, and has no price in the sandbox", async () => {
  const services = fakeServices();
  const cwd = temporaryDirectory();
  const virginia = await run(["plan", ...aws, "--region", "us-east-1", "--instance-type", "t4g.micro"], { services });
  expect(virginia.stdout).toContain("EC2 t4g.micro: $0.0084/h");
  await run(["up", "--to", "ec2"], { services, cwd });
  const { stdout } = await run(["plan"], { services, cwd });
  expect(stdout).toContain("[sandbox] ec2  up to date\n  = ec2:vpc ec2\n[sandbox] puma\n  + puma\n");
  expect(stdout).not.toContain("$0");
});

it("up shows the plan before it asks, and asks with account, region and price", async () => {
  const services = fakeServices();
  const { stderr, plain } = await run(["up", ...aws], { services, isTTY: true, stdin: "no\n" });
  expect(plain).toContain("+ nginx");
  expect(stderr).toMatch(
    /Stack lecture05 up to step s3 on AWS account 000000000000 in ap-northeast-1: it costs about \$0\.0691\/h, \$50\.46 a month/,
  );
  expect(services.cloud.made).toBe(0);
});

it("status adds up what an AWS stack has cost, by the type that runs", async () => {
  const cwd = temporaryDirectory();
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const state = sampleState({ target: "aws" });
  state.resources = [
    { type: "ec2:instance", name: "host-1", step: "ec2", id: "i-1", clientToken: "t", createdAt: hourAgo },
  ];
  state.steps[0] = { ...state.steps[0]!, output: { hosts: [{ instanceType: "t3.medium" }] } };
  writeState(cwd, state);
  const { cost } = JSON.parse((await run(["status", "--json"], { cwd })).stdout) as { cost: Record<string, number> };
  expect(cost.perHourDollars).toBeCloseTo(0.0544 + (20 * 0.096) / 730 + 0.005, 6);
  expect(cost.soFarDollars).toBeCloseTo(cost.perHourDollars ?? 0, 3);
  const { stdout } = await run(["status"], { cwd });
  expect(stdout).toMatch(/Cost: about \$0\.0620\/h, \$45\.28 a month, \$0\.06 so far/);

  writeState(cwd, sampleState());
  expect(JSON.parse((await run(["status", "--json"], { cwd })).stdout)).toMatchObject({ cost: null, expiresAt: null });
});

describe("a price table", () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const on = async (day: string, ...args: readonly string[]): Promise<string> => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date(`${day}T00:00:00Z`) });
    return (await run(args, { services: fakeServices() })).stdout;
  };

  it.each([
    ["en", /^The prices are of 2025-06-01, more than a year ago: look at https:/m],
    ["ja", /^料金表は 1 年以上前 \(2025-06-01\) のものです。/m],
  ])("that is older than a year is said to be (%s), by plan and before up asks", async (lang, said) => {
    expect(await on("2026-06-01", "plan", ...aws, "--lang", lang)).not.toMatch(said);
    expect(await on("2026-06-03", "plan", ...aws, "--lang", lang)).toMatch(said);
    expect(await on("2026-06-03", "up", ...aws, "--dry-run", "--lang", lang)).toMatch(said);
  });
});
