import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  type TargetHealth,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  hostA,
  hostC,
  startBalanced,
  statistics,
  subnetA,
  subnetC,
  until,
  vpcId,
  type Balanced,
  type FakeServer,
} from "./support.ts";

let balanced: Balanced;
let group: string;
let now: Date;
/** What HAProxy says of the servers, by their names, and the commands it was given. */
let servers: Record<string, FakeServer>;
let commands: string[];

beforeEach(async () => {
  now = new Date();
  servers = {};
  commands = [];
  balanced = await startBalanced({ now: () => now });
  balanced.sandbox.runtime.onLoadBalancerCommand = (_id, command) => {
    commands.push(command);
    const backend = group.split("/").slice(-2).join("-");
    return statistics(Object.fromEntries(Object.entries(servers).map(([name, it]) => [`${backend}/${name}`, it])));
  };
  const answer = await balanced.elb.send(
    new CreateTargetGroupCommand({
      Name: "web",
      Protocol: "HTTP",
      Port: 80,
      VpcId: vpcId,
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 4,
      UnhealthyThresholdCount: 3,
    }),
  );
  group = answer.TargetGroups?.[0]?.TargetGroupArn ?? "";
});
afterEach(() => balanced.stop());

async function putInUse(): Promise<void> {
  const made = await balanced.elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets: [subnetA, subnetC] }));
  const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn: group }];
  await balanced.elb.send(new CreateListenerCommand({ LoadBalancerArn, Port: 80, DefaultActions }));
  await until(() => configuration().includes("frontend listener-80"));
}

const configuration = (): string => [...balanced.sandbox.runtime.loadBalancers.values()][0]?.configuration ?? "";

const register = (...ids: string[]) =>
  balanced.elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: ids.map((Id) => ({ Id })) }));

const deregister = (Id: string) =>
  balanced.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id }] }));

async function healths(): Promise<Record<string, TargetHealth | undefined>> {
  const answer = await balanced.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return Object.fromEntries((answer.TargetHealthDescriptions ?? []).map((it) => [it.Target?.Id, it.TargetHealth]));
}

test("a target of a group that nothing uses is unused", async () => {
  await register(hostA);
  expect(await healths()).toEqual({
    [hostA]: {
      State: "unused",
      Reason: "Target.NotInUse",
      Description: "Target group is not configured to receive traffic from the load balancer",
    },
  });
});

test("a new target is initial until its first check, then healthy at once and with full weight", async () => {
  await putInUse();
  servers["10.5.1.50"] = { status: "UP 1/2", check: "INI" };
  await register(hostA);
  await until(() => configuration().includes("server 10.5.1.50 "));
  expect(configuration()).toMatch(/server 10\.5\.1\.50 .* weight 0\n/);
  expect((await healths())[hostA]).toEqual({
    State: "initial",
    Reason: "Elb.InitialHealthChecking",
    Description: "Initial health checks in progress",
  });
  servers["10.5.1.50"] = { check: "L7OK", code: 200 };
  expect((await healths())[hostA]).toEqual({ State: "healthy" });
  const backend = group.split("/").slice(-2).join("-");
  expect(commands).toContain(`set server ${backend}/10.5.1.50 health up; set server ${backend}/10.5.1.50 weight 100`);
});

test("a new target is admitted without anybody asking", async () => {
  await putInUse();
  servers["10.5.1.50"] = { check: "* L7OK", code: 200 };
  await register(hostA);
  await until(() => commands.some((command) => command.startsWith("set server")));
});

test("a target that HAProxy does not have yet is being registered", async () => {
  await putInUse();
  await register(hostA);
  expect((await healths())[hostA]).toMatchObject({ State: "initial", Reason: "Elb.RegistrationInProgress" });
});

test.each([
  [
    "another code",
    { check: "L7STS", code: 403 },
    "Target.ResponseCodeMismatch",
    "Health checks failed with these codes: [403]",
  ],
  ["no answer", { check: "L7TOUT" }, "Target.Timeout", "Request timed out"],
  ["no connection", { check: "L4TOUT" }, "Target.Timeout", "Request timed out"],
  ["a refusal", { check: "L4CON" }, "Target.FailedHealthChecks", "Health checks failed"],
  ["nonsense", { check: "L7RSP" }, "Target.FailedHealthChecks", "Health checks failed"],
] as const)("unhealthy with %s says why", async (_what, server, Reason, Description) => {
  await putInUse();
  servers["10.5.1.50"] = { check: "L7OK", code: 200 };
  await register(hostA);
  await until(() => configuration().includes("server 10.5.1.50 "));
  await until(async () => (await healths())[hostA]?.State === "healthy");
  servers["10.5.1.50"] = { status: "DOWN", ...server, lastchg: 0 };
  expect((await healths())[hostA]).toEqual({ State: "unhealthy", Reason, Description });
});

test("a target that never passed stays initial for as many checks as the threshold says", async () => {
  await putInUse();
  servers["10.5.1.50"] = { status: "DOWN", check: "L7STS", code: 500, lastchg: 9 };
  await register(hostA);
  await until(() => configuration().includes("server 10.5.1.50 "));
  expect((await healths())[hostA]?.State).toBe("initial");
  servers["10.5.1.50"] = { status: "DOWN", check: "L7STS", code: 500, lastchg: 10 };
  expect((await healths())[hostA]).toMatchObject({
    State: "unhealthy",
    Description: "Health checks failed with these codes: [500]",
  });
});

test("a deregistered target drains for the group's delay and gets no requests", async () => {
  await putInUse();
  servers["10.5.1.50"] = { check: "L7OK", code: 200 };
  servers["10.5.2.50"] = { check: "L7OK", code: 200 };
  await balanced.elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }],
    }),
  );
  await register(hostA, hostC);
  await until(() => configuration().includes("server 10.5.2.50 "));
  await deregister(hostA);
  expect((await healths())[hostA]).toEqual({
    State: "draining",
    Reason: "Target.DeregistrationInProgress",
    Description: "Target deregistration is in progress",
  });
  await until(() => !configuration().includes("server 10.5.1.50 "));
  expect(configuration()).toContain("server 10.5.2.50 ");
  // The worker before the reload still has connections of clients: it sends nothing more there either.
  const backend = group.split("/").slice(-2).join("-");
  const leaving = [`${backend}/10.5.1.50`, `${backend}.open/10.5.1.50`];
  expect(commands).toContain(leaving.map((server) => `set server ${server} state maint`).join("; "));
  now = new Date(now.getTime() + 30_000);
  expect(Object.keys(await healths())).toEqual([hostC]);
  await expect(deregister(hostA)).rejects.toMatchObject({ name: "InvalidTargetException" });
});

test("a target that could not leave goes on getting requests", async () => {
  await putInUse();
  servers["10.5.1.50"] = { check: "L7OK", code: 200 };
  await register(hostA);
  await until(() => configuration().includes("server 10.5.1.50 "));
  balanced.sandbox.runtime.failNext.set("configureLoadBalancer", new Error("refused"));
  await deregister(hostA);
  await until(() => commands.some((command) => command.includes("10.5.1.50 state ready")));
  const states = commands.filter((command) => command.includes(" state ")).map((command) => command.split(" ").at(-1));
  expect(states).toEqual(["maint", "ready"]);
});

test("registering while it drains starts anew", async () => {
  await putInUse();
  servers["10.5.1.50"] = { check: "L7OK", code: 200 };
  await register(hostA);
  await until(async () => (await healths())[hostA]?.State === "healthy");
  await deregister(hostA);
  servers["10.5.1.50"] = { status: "UP 1/2", check: "INI" };
  await register(hostA);
  expect(Object.keys(await healths())).toEqual([hostA]);
  await until(async () => (await healths())[hostA]?.State === "initial");
});

test("stopped, terminated, unknown and misplaced targets", async () => {
  await putInUse();
  await register(hostA, hostC);
  const { instances } = balanced.sandbox.world.ec2.data;
  const instance = instances[hostA];
  await balanced.sandbox.runtime.stopHost(hostA);
  if (instance) instance.state = "stopped";
  expect((await healths())[hostA]).toEqual({
    State: "unused",
    Reason: "Target.InvalidState",
    Description: "Target is in the stopped state",
  });
  await expect(register(hostA, "i-0f")).rejects.toMatchObject({ name: "InvalidTargetException" });
  if (instance) instance.state = "terminated";
  expect(Object.keys(await healths())).toEqual([hostC]);
  const answer = await balanced.elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group, Targets: [{ Id: "i-0f" }] }),
  );
  expect(answer.TargetHealthDescriptions?.[0]?.TargetHealth).toEqual({
    State: "unused",
    Reason: "Target.NotRegistered",
    Description: "Target is not registered to the target group",
  });
});

test("a target in a zone without the load balancer is not used", async () => {
  await putInUse();
  await register(hostA);
  const [loadBalancer] = Object.values(balanced.sandbox.world.elbv2.data.loadBalancers);
  if (loadBalancer) loadBalancer.zones = loadBalancer.zones.filter(({ zoneName }) => zoneName.endsWith("c"));
  expect((await healths())[hostA]).toMatchObject({
    State: "unused",
    Reason: "Target.NotInUse",
    Description: "Target is in an Availability Zone that is not enabled for the load balancer",
  });
});
