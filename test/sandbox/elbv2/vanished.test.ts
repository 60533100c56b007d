import { createServer } from "node:net";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createInterface } from "../../../src/sandbox/ec2/interfaces.ts";
import { syncWithContainers } from "../../../src/sandbox/elbv2/container-sync.ts";
import { reconcileElbv2 } from "../../../src/sandbox/elbv2/reconcile.ts";
import { AddressInUseError } from "../../../src/sandbox/runtime.ts";
import { groupId, startBalanced, subnetA, subnetC, until, vpcId, type Balanced } from "./support.ts";

let balanced: Balanced;
beforeEach(async () => (balanced = await startBalanced()));
afterEach(() => balanced.stop());

async function makeActive(): Promise<string> {
  const request = { Name: "web", Subnets: [subnetA, subnetC], SecurityGroups: [groupId] };
  const made = await balanced.elb.send(new CreateLoadBalancerCommand(request));
  await until(async () => (await stateOf())?.Code === "active");
  return made.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
}

async function stateOf() {
  const answer = await balanced.elb.send(new DescribeLoadBalancersCommand({}));
  return answer.LoadBalancers?.[0]?.State;
}

const fixed = (Port: number, LoadBalancerArn: string) =>
  new CreateListenerCommand({
    LoadBalancerArn,
    Protocol: "HTTP",
    Port,
    DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
  });

test("one whose container was removed is made again, with its address, its listeners and its packet filter", async () => {
  const { runtime, world } = balanced.sandbox;
  const arn = await makeActive();
  await balanced.elb.send(fixed(80, arn));
  await until(() =>
    [...runtime.loadBalancers.values()].some(({ configuration }) => configuration.includes("bind :80")),
  );
  const [before] = runtime.loadBalancers.values();
  await runtime.removeLoadBalancer(before?.id ?? "");
  await until(async () => {
    await syncWithContainers(world, { force: true });
    return runtime.calls.filter((call) => call.startsWith("launchLoadBalancer")).length === 2;
  });
  await until(async () => (await stateOf())?.Code === "active");
  expect([...runtime.loadBalancers.values()]).toEqual([before]);
  expect(runtime.firewalls.has(`load-balancer:${before?.id}`)).toBe(true);
});

test("one that cannot be made again is described as failed, with the reason, until it can", async () => {
  const { runtime, world } = balanced.sandbox;
  await makeActive();
  const [before] = runtime.loadBalancers.values();
  await runtime.removeLoadBalancer(before?.id ?? "");
  runtime.failNext.set("launchLoadBalancer", new Error("no space left on device"));
  await syncWithContainers(world, { force: true });
  await until(async () => (await stateOf())?.Code === "failed");
  expect((await stateOf())?.Reason).toContain("no space left on device");
  await syncWithContainers(world, { force: true });
  await until(async () => (await stateOf())?.Code === "active");
});

test("one whose address another sandbox took first moves to another, and says so in its name", async () => {
  const { runtime } = balanced.sandbox;
  const launch = runtime.launchLoadBalancer.bind(runtime);
  const other = createServer();
  let taken = "";
  runtime.launchLoadBalancer = async (spec) => {
    if (taken !== "") return launch(spec);
    taken = spec.addresses[0] ?? "";
    await new Promise<void>((resolve) => other.listen(80, taken, resolve));
    throw new AddressInUseError("port is already allocated");
  };
  try {
    await makeActive();
    const [made] = runtime.loadBalancers.values();
    expect(made?.addresses[0]).not.toBe(taken);
    const { LoadBalancers } = await balanced.elb.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers?.[0]?.DNSName).toBe(made?.addresses[0]);
  } finally {
    other.close();
  }
});

test("one that finds address after address taken is described as failed", async () => {
  const { runtime } = balanced.sandbox;
  let launches = 0;
  runtime.launchLoadBalancer = async () => {
    launches += 1;
    throw new AddressInUseError("port is already allocated");
  };
  const request = { Name: "web", Subnets: [subnetA, subnetC], SecurityGroups: [groupId] };
  await balanced.elb.send(new CreateLoadBalancerCommand(request));
  await until(async () => (await stateOf())?.Code === "failed");
  expect(launches).toBe(5);
  expect((await stateOf())?.Reason).toContain("already allocated");
});

test("one that is being deleted is not made again", async () => {
  const { runtime, world } = balanced.sandbox;
  const LoadBalancerArn = await makeActive();
  const deletion = balanced.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  await syncWithContainers(world, { force: true });
  await deletion;
  await syncWithContainers(world, { force: true });
  expect(runtime.loadBalancers.size).toBe(0);
  expect(world.ec2.data.networkInterfaces).toEqual({});
});

test("a listener on another port makes a new container, behind the same packet filter", async () => {
  const { runtime } = balanced.sandbox;
  const arn = await makeActive();
  await balanced.elb.send(fixed(8080, arn));
  await until(() => [...runtime.loadBalancers.values()].some(({ ports }) => ports.includes(8080)));
  const [now] = runtime.loadBalancers.values();
  expect(runtime.firewalls.has(`load-balancer:${now?.id}`)).toBe(true);
});

test("interfaces whose load balancer a kill kept from being written are removed at the next start", async () => {
  const { world } = balanced.sandbox;
  createInterface(world, {
    vpcId,
    subnetId: subnetA,
    groupIds: [groupId],
    description: "ELB app/gone/0123",
    member: { kind: "load-balancer", id: "app/gone/0123" },
  });
  await reconcileElbv2(world);
  expect(world.ec2.data.networkInterfaces).toEqual({});
});
