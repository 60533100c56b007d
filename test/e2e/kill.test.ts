import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import {
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand, DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { readLock } from "../../src/state/find-worker.ts";
import type { StepName } from "../../src/steps/names.ts";
import { faultSeed, seededRandom } from "../faults/support/random.ts";
import { collect, InstalledPackage, parseEvents } from "../support/installed-package.ts";
import { toEc2 as ec2, toElb as elb, toIam as iam, toS3 as s3 } from "../support/stack-aws.ts";
import { stackOf, type Stack } from "../support/stack.ts";
import { provoke } from "./diagnose/run-provocation.ts";
import { certificatesStay, https } from "./https.ts";

const run = promisify(execFile);

let tool: InstalledPackage;
let stack: Stack;

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-kill");
});

afterAll(async () => {
  await tool.remove();
});

/** Starts a command, waits for an event, and kills the process at once or some time into what follows. */
async function killAt(
  args: readonly string[],
  at: (event: EngineEvent) => boolean,
  afterMs = 0,
): Promise<"killed" | "ended"> {
  const child = tool.start([...args, "--json"]);
  let seen = false;
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (seen || !at(JSON.parse(line) as EngineEvent)) return;
    seen = true;
    setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  child.stderr?.resume();
  const signal = await new Promise((resolve) => child.on("close", (_code, name) => resolve(name)));
  return signal === "SIGKILL" ? "killed" : "ended";
}

/** Made now, or found because the run before was killed between the call and its answer. */
const made = (type: string) => (event: EngineEvent) =>
  (event.type === "resource.created" || event.type === "resource.found") && event.resourceType === type;
const doing = (words: string) => (event: EngineEvent) =>
  event.type === "step.progress" && event.message.en.includes(words);
const started = (step: string) => (event: EngineEvent) => event.type === "step.started" && event.step === step;
const deleted = (type: string) => (event: EngineEvent) =>
  event.type === "resource.deleted" && event.resourceType === type;

const killPoints: readonly { to: StepName; when: string; at: (event: EngineEvent) => boolean; afterMs?: number }[] = [
  { to: "ec2", when: "after the role", at: made("iam:role") },
  { to: "ec2", when: "before the VPC is made", at: doing("creating ec2:vpc") },
  { to: "ec2", when: "while the VPC is made", at: doing("creating ec2:vpc"), afterMs: 15 },
  { to: "ec2", when: "after the first subnet", at: made("ec2:subnet") },
  { to: "ec2", when: "while a route table is made", at: doing("creating ec2:route-table"), afterMs: 5 },
  // At once: an answer that was recorded already would leave nothing to be seen at the next point.
  { to: "ec2", when: "while the instance is launched", at: doing("launching host-1") },
  { to: "ec2", when: "after the instance", at: made("ec2:instance") },
  { to: "ec2", when: "while SSM is awaited", at: doing("waiting for SSM") },
  { to: "puma", when: "while Ruby is installed", at: doing("install-ruby"), afterMs: 4000 },
  { to: "puma", when: "while gems are installed", at: doing("install-gems"), afterMs: 4000 },
  { to: "puma", when: "while Puma is started", at: doing("start-puma"), afterMs: 500 },
  { to: "puma-socket", when: "while Puma moves to the socket", at: doing("move-puma-to-socket"), afterMs: 500 },
  { to: "nginx", when: "while Nginx is installed", at: doing("install-nginx"), afterMs: 1500 },
  { to: "nginx-puma", when: "while Nginx is put before Puma", at: doing("put-nginx-before-puma"), afterMs: 300 },
  { to: "alb", when: "while the load balancer is made", at: doing("creating the load balancer"), afterMs: 20 },
  { to: "alb", when: "after the listener", at: made("elbv2:listener") },
  { to: "s3", when: "while the bucket is made", at: started("s3"), afterMs: 60 },
  { to: "s3", when: "while S3 is configured", at: doing("configure-s3"), afterMs: 800 },
];

/** How far into what follows a point's event differs from seed to seed, by half of the usual time. */
const seed = faultSeed();
const random = seededRandom(seed);
const seededPoints = killPoints.map(({ afterMs = 0, ...point }) => ({
  ...point,
  afterMs: Math.round(afterMs * (0.5 + random())),
}));

describe(`a run that is killed (seed ${seed})`, () => {
  it.each(seededPoints)("$when, after $afterMs ms, goes on with the next up", async ({ to, at, afterMs }) => {
    // Not further than the step in question, so that one point that is missed does not take the others away.
    expect(await killAt(["up", "--to", to], at, afterMs)).toBe("killed");
  });

  it("ends as an undisturbed one: everything once", async () => {
    await tool.ok("up");
    const [toEc2, toElb, toIam, toS3] = await Promise.all([ec2({ tool }), elb({ tool }), iam({ tool }), s3({ tool })]);
    const Filters = [{ Name: "tag:lecture05:stack", Values: [tool.stack] }];
    const { Reservations = [] } = await toEc2.send(new DescribeInstancesCommand({ Filters }));
    const states = Reservations.flatMap(({ Instances = [] }) => Instances).map(({ State }) => State?.Name);
    expect(states.filter((name) => name !== "terminated")).toEqual(["running"]);
    expect((await toEc2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
    expect((await toEc2.send(new DescribeSubnetsCommand({}))).Subnets).toHaveLength(4);
    expect((await toEc2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways).toHaveLength(1);
    expect((await toEc2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables).toHaveLength(2);
    expect((await toEc2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups).toHaveLength(2);
    expect((await toIam.send(new ListRolesCommand({}))).Roles).toHaveLength(1);
    expect((await toElb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toHaveLength(1);
    expect((await toElb.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toHaveLength(1);
    expect((await toS3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(1);

    const state = JSON.parse(readFileSync(join(tool.stateDirectory, "state.json"), "utf8")) as {
      resources: { id?: string }[];
    };
    expect(state.resources.filter(({ id }) => id === undefined)).toEqual([]);
    stack = await stackOf(tool);
    const { url } = JSON.parse(await tool.ok("status", "--json")) as { url: string };
    expect((await fetch(url)).status).toBe(200);
  });

  it("stops cleanly at Ctrl-C and frees the lock", async () => {
    const child = tool.start(["verify", "--json"]);
    const outcome = collect(child);
    // As soon as it is at work.
    child.stdout?.once("data", () => child.kill("SIGINT"));
    expect(await outcome).toMatchObject({ code: 130 });
    // Proves by taking it that the lock is free, and that nothing was left half-done.
    await tool.ok("verify", "puma-socket");
  });

  it("tells a second terminal who is at work", async () => {
    const first = tool.start(["verify"]);
    const done = collect(first);
    while (readLock(tool.stateDirectory)?.pid !== first.pid) {
      expect(first.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const second = await tool.cli("up");
    expect(second.code, second.stderr).toBe(4);
    expect(second.stderr).toContain(String(first.pid));
    expect((await done).code).toBe(0);
  });

  // On a stack that was patched together so often.
  https(
    () => stack,
    async (provocation) => void (await provoke(stack, provocation)),
  );

  it("leaves nothing after a destroy that was killed twice", async () => {
    expect(await killAt(["destroy", "--yes"], deleted("elbv2:listener"), 30)).toBe("killed");
    expect(await killAt(["destroy", "--yes"], deleted("ec2:instance"))).toBe("killed");
    const outcome = await tool.cli("destroy", "--yes", "--json");
    expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
    expect(parseEvents(outcome.stdout).at(-1)).toMatchObject({ outcome: "done", left: 0 });
    const filter = `label=lecture05.sandbox=${readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8")}`;
    expect((await run("docker", ["ps", "-aq", "--filter", filter])).stdout).toBe("");
    expect((await run("docker", ["network", "ls", "-q", "--filter", filter])).stdout).toBe("");
    expect((await run("docker", ["volume", "ls", "-q", "--filter", filter])).stdout).toBe("");
  });

  certificatesStay(() => tool);
});
