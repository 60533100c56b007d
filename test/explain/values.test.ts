import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { factsOf } from "../../src/commands/explain/facts.ts";
import { resolvePreferences } from "../../src/commands/settings.ts";
import { explainStep } from "../../src/explain/explain.ts";
import type { Reason } from "../../src/explain/reason.ts";
import { requestSource } from "../../src/explain/sources.ts";
import { steps } from "../../src/steps/index.ts";
import { allowed, appDirectory, applyAll, stateDirectory, type WholeRun } from "./whole-run.ts";

// What is explained is held against what a run really sends: every request to AWS, every script to the host.

let run: WholeRun;
let reasons: Reason[];

const cwd = mkdtempSync(join(tmpdir(), "lecture05 explain-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

beforeAll(async () => {
  run = await applyAll(stateDirectory(cwd));
  const facts = factsOf(resolvePreferences({ allow: [allowed] }, {}, cwd));
  reasons = steps.flatMap((step) => explainStep(step, facts).settings);
}, 120_000);

/** The settings of every request of this operation; documents are looked into. */
function sent(operation: string): { name: string; value: string }[] {
  const inputs = run.requests.filter((request) => request.operation === operation).map(({ input }) => input);
  return inputs.flatMap((input) => requestSource(operation, unpacked(input)).settings);
}

const unpacked = (input: Record<string, unknown>): object =>
  Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      typeof value === "string" && value.startsWith("{") ? (JSON.parse(value) as unknown) : value,
    ]),
  );

const of = (where: string): Reason[] => reasons.filter((reason) => reason.where === where && reason.value !== "none");

/** Looked up or given out by AWS while the instance is launched; the token goes with that instance, which is gone by then. */
const onlyAtLaunch = ["ImageId", "BlockDeviceMappings.DeviceName", "UserData", "ClientToken"];

describe("values from AWS requests", () => {
  it.each([
    "ec2 CreateVpc",
    "ec2 ModifyVpcAttribute",
    "ec2 CreateRoute",
    "ec2 RunInstances",
    "ec2 ModifyInstanceAttribute",
    "autoscaling PutScheduledUpdateGroupAction",
    "iam CreateRole",
    "iam PutRolePolicy",
    "elbv2 CreateTargetGroup",
    "elbv2 CreateLoadBalancer",
    "elbv2 CreateListener",
    "s3 CreateBucket",
    "s3 PutPublicAccessBlock",
    "s3 PutBucketEncryption",
    "s3 PutBucketVersioning",
    "s3 PutBucketPolicy",
  ])("%s", (where) => {
    const settings = sent(where.split(" ")[1] ?? "");
    expect(of(where).length).toBeGreaterThan(0);
    for (const { name, value } of of(where)) {
      if (onlyAtLaunch.includes(name)) continue;
      const same = settings.filter((setting) => setting.name === name || setting.name.endsWith(`.${name}`));
      expect(
        same.map((setting) => setting.value),
        name,
      ).toContain(value);
    }
  });

  it("what EC2 decides at launch is asked for under the name that is shown", () => {
    const image = of("ec2 RunInstances").find(({ name }) => name === "ImageId")?.value;
    expect(sent("GetParameter")).toContainEqual({ name: "Name", value: image });
    const { UserData = "" } = run.requests.find(({ operation }) => operation === "RunInstances")?.input ?? {};
    const script = Buffer.from(String(UserData), "base64").toString("utf8");
    expect(script).toContain(of("ec2 RunInstances").find(({ name }) => name === "UserData")?.value ?? "missing");
  });

  it("subnets, rules and the drain time", () => {
    const subnets = run.requests.filter(({ operation }) => operation === "CreateSubnet").map(({ input }) => input);
    expect(of("ec2 CreateSubnet").map(({ value }) => value)).toEqual(
      subnets.map(({ CidrBlock, AvailabilityZone }) => `${String(CidrBlock)} ${String(AvailabilityZone)}`),
    );
    const rules = sent("AuthorizeSecurityGroupIngress");
    for (const { value } of of("ec2 AuthorizeSecurityGroupIngress")) {
      const [protocol, port, , source] = value.split(" ");
      const values = rules.map((rule) => rule.value);
      for (const part of [protocol, port, source]) expect(values).toContain(part);
    }
    const [delay] = of("elbv2 ModifyTargetGroupAttributes");
    expect(sent("ModifyTargetGroupAttributes")).toContainEqual({ name: "Attributes.Value", value: delay?.value });
  });

  it("what is said to be left out is left out", () => {
    const absent = reasons.filter(({ value }) => value === "none").map(({ name }) => name);
    expect(absent.toSorted()).toEqual([
      "Elastic IP",
      "KeyName",
      "NAT gateway",
      "idle_timeout.timeout_seconds",
      "port 22",
    ]);
    const operations = run.requests.map(({ operation }) => operation);
    expect(operations).not.toContain("AllocateAddress");
    expect(operations).not.toContain("CreateNatGateway");
    expect(operations).not.toContain("ModifyLoadBalancerAttributes");
    expect(sent("RunInstances").map(({ name }) => name)).not.toContain("KeyName");
    expect(sent("AuthorizeSecurityGroupIngress").filter(({ value }) => value === "22")).toEqual([]);
  });
});

describe("every setting that is sent has a reason", () => {
  /** Says to whom the call is about, not what is set. */
  const addresses = ["Bucket", "RoleName", "PolicyName", "Description", "VpcId", "RouteTableId", "ChecksumAlgorithm"];

  it.each([
    "ec2 RunInstances",
    "autoscaling PutScheduledUpdateGroupAction",
    "elbv2 CreateTargetGroup",
    "elbv2 CreateLoadBalancer",
    "elbv2 CreateListener",
    "s3 CreateBucket",
    "s3 PutPublicAccessBlock",
    "s3 PutBucketEncryption",
    "s3 PutBucketVersioning",
    "s3 PutBucketPolicy",
    "iam PutRolePolicy",
  ])("%s", (where) => {
    const explained = of(where).map(({ name }) => name);
    expect(sent(where.split(" ")[1] ?? "").length).toBeGreaterThan(0);
    const without = sent(where.split(" ")[1] ?? "")
      .map(({ name }) => name)
      .filter((name) => !addresses.includes(name) || explained.includes(name))
      .filter((name) => !/^(Tags|TagSpecifications)$/.test(name) || explained.includes(name))
      .filter((name) => !explained.some((known) => name === known || name.endsWith(`.${known}`)));
    expect(without).toEqual([]);
  });
});

describe("values from scripts, files and the application", () => {
  it("occur in what is sent to the host, or in the application's own files", () => {
    const texts = run.scripts.map(({ text }) => text.replaceAll(/\s+/g, " "));
    const fromHost = reasons.filter(({ where }) => /^(\/|script |lecture05-|config\/)/.test(where));
    expect(fromHost.length).toBeGreaterThan(100);
    for (const { where, name, value } of fromHost) {
      if (name === "remote_addr") continue;
      const corpus = where.startsWith("config/")
        ? [readFileSync(join(appDirectory, where), "utf8")]
        : where.startsWith("script ")
          ? run.scripts.filter((script) => script.name === where.slice("script ".length)).map(({ text }) => text)
          : texts;
      const found = corpus.some((text) => text.replaceAll(/\s+/g, " ").includes(value.replaceAll(/\s+/g, " ")));
      expect(found, `${where}: ${name} ${value}`).toBe(true);
    }
  });

  it("remote_addr is the range of the load balancer's subnets until the proof has seen the address", () => {
    const subnets = run.requests.filter(({ operation }) => operation === "CreateSubnet");
    const ranges = subnets.slice(0, 2).map(({ input }) => String(input.CidrBlock));
    expect(reasons.find(({ name }) => name === "remote_addr")?.value).toBe(ranges.join(", "));
  });
});
