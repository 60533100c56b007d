import { CreateLoadBalancerCommand, CreateTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateInstanceProfileCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bucketNameFor } from "../../src/steps/s3/bucket-name.ts";
import { startSandboxCli, type SandboxCli } from "../support/sandbox-cli.ts";
import { recordFaultFigure } from "./support/figures.ts";
import {
  clientsOf,
  owners,
  plantBucket,
  plantStack,
  stack,
  trust,
  type Clients,
  type LookAlike,
} from "./support/look-alikes.ts";

let cli: SandboxCli;
let clients: Clients;

beforeEach(async () => {
  cli = await startSandboxCli();
  clients = clientsOf(cli.sandbox);
});

afterEach(async () => {
  clients.destroy();
  await cli.stop();
});

/** Operations that changed something since a place in the sandbox's own log. */
function changesSince(mark: number): string[] {
  const lines = requests().slice(mark);
  return lines.filter(({ mutating }) => mutating).map(({ operation }) => operation);
}

function requests(): { operation: string; mutating: boolean }[] {
  const log = readFileSync(join(cli.sandbox.home, "requests.ndjson"), "utf8").trim();
  return log.split("\n").map((line) => JSON.parse(line) as { operation: string; mutating: boolean });
}

async function ok(...argv: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await cli.run(...argv);
  expect(exitCode, `${argv.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
}

it("of 50 look-alikes beside the stack none is touched by up, adopt and destroy, with and without a state", async () => {
  const planted: LookAlike[] = [];
  for (const owner of owners) planted.push(...(await plantStack(cli.sandbox, clients, owner)));
  for (const name of [stack, `${stack}-logs`]) planted.push(await plantBucket(cli.sandbox, clients, name));
  await cli.sandbox.world.ec2.transitions.idle();
  const before = planted.map((it) => it.read());
  // A look that sees nothing would find everything untouched.
  expect(before.filter((facts) => facts.length < 60)).toEqual([]);

  const touched = new Set<string>();
  const look = (): void => planted.forEach((it, index) => void (it.read() === before[index] || touched.add(it.what)));
  const lose = (): void => rmSync(join(cli.cwd, ".lecture05"), { recursive: true });
  try {
    await ok("up", "--yes");
    look();
    lose();
    await ok("adopt", "--yes");
    look();
    await ok("up");
    look();
    await ok("destroy", "--yes");
    look();
    // Once more, destroyed with nothing but the name.
    await ok("up", "--to", "ec2", "--yes");
    lose();
    await ok("destroy", "--stack", stack, "--yes");
    look();
  } finally {
    recordFaultFigure({ subject: "look-alikes", counted: "planted", value: planted.length, promised: { exactly: 50 } });
    recordFaultFigure({
      subject: "look-alikes",
      counted: "touched",
      value: touched.size,
      of: planted.length,
      promised: { exactly: 0 },
    });
  }
  expect(planted).toHaveLength(50);
  expect([...touched]).toEqual([]);
  // What is ours is gone all the same.
  const { data } = cli.sandbox.world.ec2;
  const ours = Object.values(data.tags).filter((tags) => tags["lecture05:stack"] === stack);
  expect(Object.keys(data.vpcs)).toHaveLength(owners.length);
  expect(ours.filter((tags) => !tags["Name"]?.includes("host-1"))).toEqual([]);
});

describe("a name that the stack needs and somebody else has", () => {
  const bucket = bucketNameFor({ stack, account: "000000000000", region: "ap-northeast-1" });
  const role = { RoleName: `${stack}-host`, AssumeRolePolicyDocument: trust };
  const others = [{ Key: "lecture05:stack", Value: "other" }];
  const takers: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ["role", "NAME_TAKEN", () => clients.iam.send(new CreateRoleCommand(role))],
    ["role of another stack", "NAME_TAKEN", () => clients.iam.send(new CreateRoleCommand({ ...role, Tags: others }))],
    [
      "instance profile",
      "NAME_TAKEN",
      () => clients.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: role.RoleName })),
    ],
    ["target group", "NAME_TAKEN", () => takeInNetwork("target group")],
    ["load balancer", "NAME_TAKEN", () => takeInNetwork("load balancer")],
    ["bucket", "BUCKET_NAME_TAKEN", () => plantBucket(cli.sandbox, clients, bucket)],
  ];

  /** These two need a VPC, which a neighbour has. */
  async function takeInNetwork(kind: "target group" | "load balancer"): Promise<void> {
    const [owner] = owners;
    if (owner) await plantStack(cli.sandbox, clients, owner);
    const { vpcs, subnets } = cli.sandbox.world.ec2.data;
    if (kind === "target group") {
      const request = { Name: stack, VpcId: Object.keys(vpcs)[0], Port: 80, Protocol: "HTTP" as const };
      await clients.elb.send(new CreateTargetGroupCommand(request));
    } else await clients.elb.send(new CreateLoadBalancerCommand({ Name: stack, Subnets: Object.keys(subnets) }));
  }

  it.each(takers)("%s: %s before anything is made; destroy leaves it alone", async (_what, code, take) => {
    await take();
    await cli.sandbox.world.ec2.transitions.idle();
    const mark = requests().length;
    for (const command of [["up", "--yes"], ["plan"]]) {
      const { exitCode, stderr } = await cli.run(...command);
      expect(stderr).toContain(`Code: ${code}`);
      expect(stderr).toContain("--stack NAME");
      expect(exitCode).toBe(1);
    }
    await ok("destroy", "--yes");
    expect(changesSince(mark)).toEqual([]);
  });
});
