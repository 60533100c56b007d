import { describe, expect, it } from "vitest";
import type { Instance, Volume } from "../../src/ports/compute.ts";
import type { Ports } from "../../src/ports/index.ts";
import type { RemoteScript } from "../../src/ports/shell.ts";
import { verifyEc2 } from "../../src/steps/ec2/verify.ts";
import { ec2, type Ec2Output } from "../../src/steps/ec2.ts";
import { nginxPuma } from "../../src/steps/nginx-puma.ts";
import { puma } from "../../src/steps/puma.ts";
import { verifyS3 } from "../../src/steps/s3/verify.ts";
import type { Check, Step, StepContext } from "../../src/steps/step.ts";

// What cannot be broken on a running stack (AWS encrypts every bucket, a volume cannot be decrypted) or happens only
// while a step is applied is made to fail here, so that no check is one that cannot fail.

const output: Ec2Output = {
  vpcId: "vpc-1",
  publicSubnetIds: ["subnet-a", "subnet-c"],
  loadBalancerGroupId: "sg-lb",
  hostGroupId: "sg-host",
  roleName: "demo-host",
  hosts: [{ instanceId: "i-1", availabilityZone: "ap-northeast-1a", privateIp: "10.5.1.10" }],
};

const instance = { id: "i-1", state: "running", imdsv2Required: true, volumeIds: ["vol-1"] } as unknown as Instance;

function contextWith(ports: unknown): StepContext {
  return {
    stack: "demo",
    ports: ports as Ports,
    isDone: () => false,
    without: async (_undo: unknown, work: () => Promise<unknown>) => work(),
    signal: new AbortController().signal,
    progress: () => {},
    output: <Out extends object>(step: Step<Out>) =>
      (step.name === ec2.name ? output : { url: "http://127.0.0.1:1" }) as unknown as Out,
  } as unknown as StepContext;
}

/** A host that prints the same probe results whatever it is asked. */
const hostSaying = (probes: Record<string, string>) => ({
  online: async () => ["i-1"],
  run: async (instanceId: string, script: RemoteScript) => ({
    instanceId,
    commandId: script.name,
    exitCode: 0,
    stdout: Object.entries(probes)
      .map(([name, value]) => `probe ${name} ${value}\n`)
      .join(""),
    stderr: "",
    durationMs: 1,
  }),
});

const verdict = (checks: readonly Check[], name: string): boolean | undefined =>
  checks.find((check) => check.name === name)?.ok;

describe("checks of ec2", () => {
  it.each([
    [true, "gp3", true],
    [false, "gp3", false],
    [true, "gp2", false],
  ])("encrypted %s, type %s: %s", async (encrypted, type, expected) => {
    const volume: Volume = { id: "vol-1", encrypted, type, sizeGib: 20 };
    const ports = {
      compute: { findInstances: async () => [instance], findVolumes: async () => [volume] },
      network: { findSecurityGroups: async () => [] },
      shell: hostSaying({}),
    };
    expect(verdict(await verifyEc2(contextWith(ports), output), "volume-encrypted")).toBe(expected);
  });
});

describe("checks that stop a part", () => {
  it.each([
    ["refused", "200", true, true],
    ["200", "200", false, true],
    ["refused", "502", true, false],
  ])("puma: stopped %s, started %s", async (stopped, started, refused, back) => {
    const checks = await told(puma, { stopped, started });
    expect([verdict(checks, "puma-stopped"), verdict(checks, "puma-started")]).toEqual([refused, back]);
  });

  it.each([
    ["502", "200", "200", [true, true, true]],
    ["200", "200", "200", [false, true, true]],
    ["502", "404", "refused", [true, false, false]],
  ])("nginx-puma: stopped %s, stylesheet %s, started %s", async (stopped, stylesheet, started, expected) => {
    const checks = await told(nginxPuma, { stopped, stylesheet, started });
    expect(["bad-gateway", "asset-without-puma", "well-again"].map((name) => verdict(checks, name))).toEqual(expected);
  });

  it.each([
    ["refused", "200", "200", [true, true, true]],
    ["200", "refused", "refused", [false, false, false]],
  ])("nginx-puma without Nginx: stopped %s, Puma %s, started %s", async (stopped, answer, started, expected) => {
    const checks = await told(nginxPuma, { stopped, puma: answer, started });
    const names = ["nginx-stopped", "puma-without-nginx", "nginx-started"];
    expect(names.map((name) => verdict(checks, name))).toEqual(expected);
  });
});

/** What a step tells of while it breaks and restores its part on a host that says this. */
async function told(step: Step<never> | Step, probes: Record<string, string>): Promise<Check[]> {
  const checks: Check[] = [];
  await (step as Step).breakAndRestore?.(contextWith({ shell: hostSaying(probes) }), {}, (...made) => {
    checks.push(...made);
  });
  return checks;
}

describe("checks of s3", () => {
  it.each([true, false])("encrypted %s", async (encrypted) => {
    const refused = { kind: "answer", status: 500, headers: {}, body: new Uint8Array() };
    const ports = {
      objectStorage: {
        bucketSettings: async () => ({ publicAccessBlocked: true, encrypted, versioned: true }),
        listObjects: async () => [],
      },
      identity: { findInlinePolicy: async () => undefined },
      http: { request: async () => refused },
      shell: hostSaying({}),
    };
    const ctx = { ...contextWith(ports), clock: { now: () => new Date(0), sleep: async () => {} } };
    const checks = await verifyS3(ctx, { bucket: "b" });
    expect(verdict(checks, "bucket-encrypted")).toBe(encrypted);
    expect(verdict(checks, "upload")).toBe(false);
    expect(verdict(checks, "logs-shipped")).toBe(false);
  });
});
