import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  paginateDescribeLoadBalancers,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { reconcileElbv2 } from "../../../src/sandbox/elbv2/reconcile.ts";
import { groupId, startBalanced, subnetA, subnetC, until, vpcId, type Balanced } from "./support.ts";

let balanced: Balanced;
beforeEach(async () => (balanced = await startBalanced()));
afterEach(() => balanced.stop());

const request = { Name: "web", Subnets: [subnetA, subnetC], SecurityGroups: [groupId] };

async function create(overrides: object = {}) {
  const answer = await balanced.elb.send(new CreateLoadBalancerCommand({ ...request, ...overrides }));
  const made = answer.LoadBalancers?.[0];
  if (!made?.LoadBalancerArn) throw new Error("no load balancer");
  return { ...made, arn: made.LoadBalancerArn };
}

async function stateOf(arn: string): Promise<string | undefined> {
  const answer = await balanced.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  return answer.LoadBalancers?.[0]?.State?.Code;
}

test("a load balancer is provisioning, then active once its container runs", async () => {
  const made = await create({ Tags: [{ Key: "k", Value: "v" }] });
  expect(made).toMatchObject({
    LoadBalancerName: "web",
    Scheme: "internet-facing",
    Type: "application",
    VpcId: vpcId,
    SecurityGroups: [groupId],
    State: { Code: "provisioning" },
    CanonicalHostedZoneId: "Z14GRHDCWA56QT",
  });
  expect(made.arn).toMatch(
    /^arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
  );
  expect(made.DNSName).toMatch(/^127\.0\.(5\.\d+|0\.1)$/);
  expect(made.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(["ap-northeast-1a", "ap-northeast-1c"]);
  await until(async () => (await stateOf(made.arn)) === "active");

  const [spec] = balanced.sandbox.runtime.loadBalancers.values();
  expect(spec).toMatchObject({ vpcId, ports: [80], addresses: [made.DNSName] });
  expect(spec?.privateIps).toHaveLength(2);
  expect(spec?.privateIps[0]).toMatch(/^10\.5\.1\./);
  expect(spec?.privateIps[1]).toMatch(/^10\.5\.2\./);
  const tags = await balanced.elb.send(new DescribeTagsCommand({ ResourceArns: [made.arn] }));
  expect(tags.TagDescriptions?.[0]?.Tags).toEqual([{ Key: "k", Value: "v" }]);
});

test("its interfaces say whose they are, and its filter is there before its container", async () => {
  const { arn } = await create();
  await until(async () => (await stateOf(arn)) === "active");
  const id = arn.split(":loadbalancer/")[1] ?? "";
  const interfaces = Object.values(balanced.sandbox.world.ec2.data.networkInterfaces);
  expect(interfaces.map((it) => [it.description, it.requesterId, it.groupIds])).toEqual([
    [`ELB ${id}`, "amazon-elb", [groupId]],
    [`ELB ${id}`, "amazon-elb", [groupId]],
  ]);
  const { calls } = balanced.sandbox.runtime;
  expect(calls.indexOf(`applyFirewall ${id}`)).toBeGreaterThanOrEqual(0);
  expect(calls.indexOf(`applyFirewall ${id}`)).toBeLessThan(calls.indexOf(`launchLoadBalancer ${id}`));
});

test("the same again is the same one; a name with other settings is taken", async () => {
  const first = await create();
  const again = await create();
  expect(again.arn).toBe(first.arn);
  await expect(create({ Subnets: ["subnet-0a2", subnetC] })).rejects.toMatchObject({
    name: "DuplicateLoadBalancerNameException",
    message: "A load balancer with the same name 'web' exists, but with different settings",
  });
});

test.each([
  ["one subnet", { Subnets: [subnetA] }, "ValidationError"],
  ["two subnets in one zone", { Subnets: [subnetA, "subnet-0a2", subnetC] }, "InvalidConfigurationRequestException"],
  ["an unknown subnet", { Subnets: [subnetA, "subnet-0f"] }, "SubnetNotFoundException"],
  ["an unknown group", { SecurityGroups: ["sg-0f"] }, "InvalidSecurityGroupException"],
  ["a long name", { Name: "a".repeat(33) }, "ValidationError"],
  ["a name with a dot", { Name: "a.b" }, "ValidationError"],
  ["a hyphen at its end", { Name: "a-" }, "ValidationError"],
  ["a gateway", { Type: "gateway" }, "ValidationError"],
] as const)("refuses %s", async (_what, overrides, name) => {
  await expect(create(overrides)).rejects.toMatchObject({ name });
  expect(balanced.sandbox.world.elbv2.data.loadBalancers).toEqual({});
  expect(balanced.sandbox.world.ec2.data.networkInterfaces).toEqual({});
});

test("an internet-facing one needs an internet gateway", async () => {
  balanced.sandbox.world.ec2.data.internetGateways = {};
  await expect(create()).rejects.toMatchObject({
    name: "InvalidSubnetException",
    message: `VPC ${vpcId} has no internet gateway`,
  });
});

test("two load balancers get two addresses, and pages come one by one", async () => {
  const one = await create();
  const other = await create({ Name: "other" });
  if (process.platform === "linux") expect(one.DNSName).not.toBe(other.DNSName);
  const names: (string | undefined)[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: balanced.elb }, { PageSize: 1 })) {
    expect(page.LoadBalancers).toHaveLength(1);
    names.push(page.LoadBalancers?.[0]?.LoadBalancerName);
  }
  expect(names).toEqual(["web", "other"]);
});

test("two that are made at once get an address each", async () => {
  const made = await Promise.all(["one", "two", "three"].map((Name) => create({ Name })));
  const expected = process.platform === "linux" ? 3 : 1;
  expect(new Set(made.map(({ DNSName }) => DNSName)).size).toBe(expected);
});

test("an unknown name is not found", async () => {
  const command = new DescribeLoadBalancersCommand({ Names: ["nope"] });
  await expect(balanced.elb.send(command)).rejects.toMatchObject({
    name: "LoadBalancerNotFoundException",
    message: "One or more load balancers not found",
  });
});

test("deleting takes container, interfaces, listeners and tags; twice is fine", async () => {
  const { arn } = await create({ Tags: [{ Key: "k", Value: "v" }] });
  const group = await balanced.elb.send(
    new CreateTargetGroupCommand({ Name: "web", Protocol: "HTTP", Port: 80, VpcId: vpcId }),
  );
  const TargetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await balanced.elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: arn,
      Port: 80,
      DefaultActions: [{ Type: "forward", TargetGroupArn }],
    }),
  );
  await balanced.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  const { elbv2, ec2 } = balanced.sandbox.world;
  expect(elbv2.data.loadBalancers).toEqual({});
  expect(elbv2.data.listeners).toEqual({});
  expect(elbv2.data.tags).toEqual({ [TargetGroupArn]: {} });
  expect(ec2.data.networkInterfaces).toEqual({});
  expect(balanced.sandbox.runtime.loadBalancers.size).toBe(0);
  await balanced.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
});

test("deletion protection protects", async () => {
  const { arn: LoadBalancerArn } = await create();
  const protect = (Value: string) =>
    balanced.elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn,
        Attributes: [{ Key: "deletion_protection.enabled", Value }],
      }),
    );
  await protect("true");
  const remove = () => balanced.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  await expect(remove()).rejects.toMatchObject({ name: "OperationNotPermittedException" });
  await protect("false");
  await remove();
  expect(balanced.sandbox.world.elbv2.data.loadBalancers).toEqual({});
});

test("attributes have AWS's defaults, and the idle timeout reaches HAProxy", async () => {
  const { arn: LoadBalancerArn } = await create();
  const { Attributes } = await balanced.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  expect(Attributes).toContainEqual({ Key: "idle_timeout.timeout_seconds", Value: "60" });
  const set = (Key: string, Value: string) =>
    balanced.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }));
  await set("idle_timeout.timeout_seconds", "120");
  await until(() => configuration().includes("timeout server 120s"));
  await expect(set("idle_timeout.timeout_seconds", "0")).rejects.toMatchObject({ name: "ValidationError" });
  await expect(set("no.such.key", "1")).rejects.toMatchObject({ name: "ValidationError" });
});

test("groups and subnets can be changed", async () => {
  const { arn: LoadBalancerArn } = await create();
  await until(async () => (await stateOf(LoadBalancerArn)) === "active");
  await balanced.elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: ["sg-0b"] }));
  const interfaces = () => Object.values(balanced.sandbox.world.ec2.data.networkInterfaces);
  expect(interfaces().map((it) => it.groupIds)).toEqual([["sg-0b"], ["sg-0b"]]);
  await balanced.elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: ["subnet-0a2", subnetC] }));
  expect(
    interfaces()
      .map((it) => it.subnetId)
      .sort(),
  ).toEqual(["subnet-0a2", subnetC]);
  await until(
    () =>
      [...balanced.sandbox.runtime.loadBalancers.values()][0]?.privateIps.some((ip) => ip.startsWith("10.5.3.")) ??
      false,
  );
});

test("a container that cannot be launched makes it failed, with the reason", async () => {
  balanced.sandbox.runtime.failNext.set("launchLoadBalancer", new Error("no such image"));
  const { arn } = await create();
  await until(async () => (await stateOf(arn)) === "failed");
  const answer = await balanced.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  expect(answer.LoadBalancers?.[0]?.State?.Reason).toContain("no such image");
});

test("after a restart of the daemon every container runs what the records say", async () => {
  const { arn } = await create();
  await until(async () => (await stateOf(arn)) === "active");
  const { home } = balanced.sandbox;
  const restarted = await startBalanced({ home });
  // The fake runtime is new, so it is as if somebody had removed the container.
  restarted.sandbox.runtime.onLoadBalancerCommand = () => {
    throw new Error("no such container");
  };
  await reconcileElbv2(restarted.sandbox.world);
  expect(restarted.sandbox.runtime.loadBalancers.size).toBe(1);
  expect([...restarted.sandbox.runtime.loadBalancers.values()][0]?.configuration).toContain("frontend idle");
  await restarted.stop();
});

const configuration = (): string => [...balanced.sandbox.runtime.loadBalancers.values()][0]?.configuration ?? "";
