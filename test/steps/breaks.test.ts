import { describe, expect, it } from "vitest";
import type { HttpOutcome } from "../../src/ports/http.ts";
import type { Ports } from "../../src/ports/index.ts";
import { alb, type AlbOutput } from "../../src/steps/alb.ts";
import { breakTarget } from "../../src/steps/alb/break.ts";
import { breakMetadata } from "../../src/steps/ec2/break.ts";
import { ec2, type Ec2Output } from "../../src/steps/ec2.ts";
import { breakRole } from "../../src/steps/s3/break.ts";
import type { Check, Step, StepContext } from "../../src/steps/step.ts";

// What must be seen while a part is away is made to stay away here, so that no such check is one that cannot fail.

const host = { instanceId: "i-1", availabilityZone: "ap-northeast-1a", privateIp: "10.5.1.10" };
const stack = (hosts: Ec2Output["hosts"]): Ec2Output => ({
  vpcId: "vpc-1",
  publicSubnetIds: [],
  loadBalancerGroupId: "sg-lb",
  hostGroupId: "sg-host",
  roleName: "demo-host",
  hosts,
});
const balanced = { url: "http://lb.example", targetGroupArn: "arn:tg" } as AlbOutput;

/** A world in which something is away between `without` and its end; time passes only by waiting. */
function stage(make: (isAway: () => boolean) => unknown, hosts: Ec2Output["hosts"] = [host]) {
  let away = false;
  let nowMs = 0;
  const checks: Check[] = [];
  const ctx = {
    stack: "demo",
    region: "ap-northeast-1",
    ports: make(() => away) as Ports,
    signal: new AbortController().signal,
    clock: { now: () => new Date(nowMs), sleep: async (ms: number) => void (nowMs += ms) },
    progress: () => {},
    suspect: async () => undefined,
    async without(actions: readonly { kind: string }[], work: () => Promise<unknown>) {
      if (actions[0]?.kind === "fruit") return work();
      away = true;
      try {
        return await work();
      } finally {
        away = false;
      }
    },
    output: <Out extends object>(step: Step<Out>) =>
      (step.name === ec2.name ? stack(hosts) : step.name === alb.name ? balanced : {}) as unknown as Out,
  } as unknown as StepContext;
  const tell = (...made: readonly Check[]): void => void checks.push(...made);
  const verdicts = (): Record<string, boolean> => Object.fromEntries(checks.map(({ name, ok }) => [name, ok]));
  return { ctx, tell, verdicts };
}

const shell = (probes: () => Record<string, string>) => ({
  online: async () => ["i-1"],
  run: async () => ({
    exitCode: 0,
    stderr: "",
    stdout: Object.entries(probes())
      .map(([name, value]) => `probe ${name} ${value}\n`)
      .join(""),
  }),
});
const answer = (status: number, body = "", headers = {}): HttpOutcome => ({
  kind: "answer",
  status,
  headers,
  body: Buffer.from(body),
});

describe("ec2 without its metadata service", () => {
  const on = { imdsv1: "401", imdsv2: "i-1" };
  it.each([
    ["is refused", { imdsv1: "403", imdsv2: "" }, on, { "metadata-off": true, "metadata-on": true }],
    ["still gets its id", on, on, { "metadata-off": false, "metadata-on": true }],
    [
      "stays without",
      { imdsv1: "403", imdsv2: "" },
      { imdsv1: "403", imdsv2: "" },
      { "metadata-off": true, "metadata-on": false },
    ],
  ])("%s", async (_case, off, again, expected) => {
    const { ctx, tell, verdicts } = stage((isAway) => ({
      compute: { setMetadataEndpoint: async () => {} },
      shell: shell(() => (isAway() ? off : again)),
    }));
    await breakMetadata(ctx, stack([host]), tell);
    expect(verdicts()).toEqual(expected);
  });
});

describe("alb without Nginx on a host", () => {
  const failed = { state: "unhealthy", reason: "Target.FailedHealthChecks" };
  const other = { ...host, instanceId: "i-2" };
  it.each([
    ["is given up, with a 502", failed, 502, [host], true, true],
    ["is given up, and another answers", failed, 200, [host, other], true, true],
    ["is given up, and nobody answers for it", failed, 502, [host, other], true, false],
    ["is given up for another reason", { ...failed, reason: "Target.Timeout" }, 502, [host], false, true],
    ["is never given up", { state: "healthy" }, 200, [host], false, false],
  ])("%s", async (_case, health, status, hosts, unhealthy, page) => {
    const { ctx, tell, verdicts } = stage(
      (isAway) => ({
        shell: shell(() => ({})),
        http: { request: async () => answer(isAway() ? status : 200) },
        loadBalancing: {
          targetHealth: async () => [{ instanceId: "i-1", port: 80, ...(isAway() ? health : { state: "healthy" }) }],
        },
      }),
      hosts,
    );
    await breakTarget(ctx, balanced, tell);
    expect(verdicts()).toEqual({
      "target-unhealthy": unhealthy,
      "page-without-target": page,
      "page-well-again": true,
    });
  });
});

describe("s3 without the role's right", () => {
  const refusal = "Aws::S3::Errors::AccessDenied (User: arn:aws:sts::1:assumed-role/demo-host/i-1 is not authorized)";
  it.each([
    ["is refused", 500, refusal, { upload: true, role: true, picture: true }],
    [
      "is refused as somebody else",
      500,
      refusal.replace("demo-host", "other"),
      { upload: true, role: false, picture: true },
    ],
    [
      "fails for another reason",
      500,
      "Aws::S3::Errors::NoSuchBucket (gone)",
      { upload: false, role: false, picture: true },
    ],
    ["still works", 303, "", { upload: false, role: false, picture: false }],
  ])("an upload %s", async (_case, status, denied, expected) => {
    const page = '<a href="/rails/active_storage/blobs/x.png"></a>';
    const { ctx, tell, verdicts } = stage((isAway) => ({
      identity: {
        findInlinePolicy: async () => ({ Version: "2012-10-17", Statement: [] }),
        putInlinePolicy: async () => {},
      },
      shell: shell(() => ({ denied })),
      http: {
        request: async (url: string, { method = "GET" } = {}) =>
          method === "POST" || url.includes("active_storage")
            ? answer(isAway() && status === 500 ? 500 : method === "POST" ? 303 : 200, "", { location: "/fruits/1" })
            : answer(200, page),
      },
    }));
    await breakRole(ctx, { bucket: "b" }, tell);
    expect(verdicts()).toEqual({
      "upload-denied": expected.upload,
      "denied-role": expected.role,
      "picture-denied": expected.picture,
      "picture-well-again": true,
    });
  });
});
