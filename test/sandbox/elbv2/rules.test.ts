import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeAccountLimitsCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startBalanced, subnetA, subnetC, until, vpcId, type Balanced } from "./support.ts";

let balanced: Balanced;
let loadBalancer: string;
let group: string;

beforeEach(async () => {
  balanced = await startBalanced();
  const answer = await balanced.elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets: [subnetA, subnetC] }));
  loadBalancer = answer.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  group = await createGroup("web");
});
afterEach(() => balanced.stop());

async function createGroup(Name: string, overrides: object = {}): Promise<string> {
  const request = { Name, Protocol: "HTTP" as const, Port: 80, VpcId: vpcId, ...overrides };
  const answer = await balanced.elb.send(new CreateTargetGroupCommand(request));
  return answer.TargetGroups?.[0]?.TargetGroupArn ?? "";
}

const forward = (TargetGroupArn: string): Action => ({ Type: "forward", TargetGroupArn });

async function listen(Port = 80, action: Action = forward(group)): Promise<string> {
  const answer = await balanced.elb.send(
    new CreateListenerCommand({ LoadBalancerArn: loadBalancer, Protocol: "HTTP", Port, DefaultActions: [action] }),
  );
  return answer.Listeners?.[0]?.ListenerArn ?? "";
}

const configuration = (): string => [...balanced.sandbox.runtime.loadBalancers.values()][0]?.configuration ?? "";

test("a listener on a usual port reaches HAProxy in the first container", async () => {
  const arn = await listen();
  expect(arn).toContain(`${loadBalancer.replace(":loadbalancer/", ":listener/")}/`);
  await until(() => configuration().includes("bind :80"));
  const { calls } = balanced.sandbox.runtime;
  expect(calls.filter((call) => call.startsWith("launchLoadBalancer"))).toHaveLength(1);
  const described = await balanced.elb.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer }));
  expect(described.Listeners?.[0]).toMatchObject({
    Port: 80,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: group }],
  });
});

test("a listener on a new port gets a container that publishes it, too", async () => {
  await listen();
  await listen(8080);
  await until(() => configuration().includes("bind :8080"));
  expect([...balanced.sandbox.runtime.loadBalancers.values()][0]?.ports).toEqual([80, 8080]);
  expect(configuration()).toContain("bind :80\n");
});

test("the same listener again is the same one; another on its port is refused", async () => {
  const first = await listen();
  expect(await listen()).toBe(first);
  await expect(listen(80, forward(await createGroup("other")))).rejects.toMatchObject({
    name: "DuplicateListenerException",
  });
});

test("a listener can be changed and deleted", async () => {
  const arn = await listen();
  const other = await createGroup("other");
  await balanced.elb.send(new ModifyListenerCommand({ ListenerArn: arn, DefaultActions: [forward(other)] }));
  await until(() => configuration().includes("set-var(txn.group) str(other-"));
  await balanced.elb.send(new DeleteListenerCommand({ ListenerArn: arn }));
  await until(() => configuration().includes("frontend idle"));
  await expect(balanced.elb.send(new DeleteListenerCommand({ ListenerArn: arn }))).rejects.toMatchObject({
    name: "ListenerNotFoundException",
  });
});

test.each([
  [
    "an unknown target group",
    { Type: "forward", TargetGroupArn: "arn:aws:x:targetgroup/a/b" },
    "TargetGroupNotFoundException",
  ],
  ["a redirect to itself", { Type: "redirect", RedirectConfig: { StatusCode: "HTTP_301" } }, "ValidationError"],
  ["a status of 100", { Type: "fixed-response", FixedResponseConfig: { StatusCode: "100" } }, "ValidationError"],
] as const)("refuses %s", async (_what, action, name) => {
  await expect(listen(80, action)).rejects.toMatchObject({ name });
});

test("rules are listed by priority with the default one last, changed and deleted", async () => {
  const ListenerArn = await listen();
  const rule = async (Priority: number, Conditions: RuleCondition[], action: Action) => {
    const answer = await balanced.elb.send(
      new CreateRuleCommand({ ListenerArn, Priority, Conditions, Actions: [action] }),
    );
    return answer.Rules?.[0]?.RuleArn ?? "";
  };
  const teapot: Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", MessageBody: "gone" } };
  const second = await rule(20, [{ Field: "host-header", Values: ["old.example"] }], teapot);
  await rule(10, [{ Field: "path-pattern", Values: ["/api/*"] }], forward(group));
  const described = await balanced.elb.send(new DescribeRulesCommand({ ListenerArn }));
  expect(described.Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
    ["10", false],
    ["20", false],
    ["default", true],
  ]);
  await until(() => configuration().includes('string "gone"'));
  expect(configuration().indexOf("api")).toBeLessThan(configuration().indexOf("old"));

  await expect(rule(10, [{ Field: "path-pattern", Values: ["/x"] }], teapot)).rejects.toMatchObject({
    name: "PriorityInUseException",
  });
  const bad = rule(30, [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/99"] } }], teapot);
  await expect(bad).rejects.toMatchObject({ name: "ValidationError" });

  const moved: Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", MessageBody: "moved" } };
  await balanced.elb.send(new ModifyRuleCommand({ RuleArn: second, Actions: [moved] }));
  await until(() => configuration().includes('string "moved"'));
  await balanced.elb.send(new DeleteRuleCommand({ RuleArn: second }));
  await until(() => !configuration().includes("old"));
});

test("target groups: defaults, the same again, another of the name, changes", async () => {
  const described = await balanced.elb.send(new DescribeTargetGroupsCommand({ Names: ["web"] }));
  expect(described.TargetGroups?.[0]).toMatchObject({
    TargetType: "instance",
    HealthCheckPath: "/",
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: "200" },
    LoadBalancerArns: [],
  });
  expect(await createGroup("web")).toBe(group);
  await expect(createGroup("web", { Port: 8080 })).rejects.toMatchObject({ name: "DuplicateTargetGroupNameException" });
  await expect(createGroup("bad", { HealthCheckTimeoutSeconds: 30 })).rejects.toMatchObject({
    name: "ValidationError",
  });
  await expect(createGroup("bad", { HealthCheckPath: "/a b\nc" })).rejects.toMatchObject({ name: "ValidationError" });
  await expect(createGroup("bad", { VpcId: "vpc-0f" })).rejects.toMatchObject({ name: "ValidationError" });
  const changed = await balanced.elb.send(
    new ModifyTargetGroupCommand({ TargetGroupArn: group, HealthCheckPath: "/up", Matcher: { HttpCode: "200-399" } }),
  );
  expect(changed.TargetGroups?.[0]).toMatchObject({ HealthCheckPath: "/up", Matcher: { HttpCode: "200-399" } });
});

test("a target group in use names its load balancer and cannot be deleted", async () => {
  const ListenerArn = await listen();
  const described = await balanced.elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: loadBalancer }));
  expect(described.TargetGroups?.map(({ LoadBalancerArns }) => LoadBalancerArns)).toEqual([[loadBalancer]]);
  const remove = () => balanced.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: group }));
  await expect(remove()).rejects.toMatchObject({ name: "ResourceInUseException" });
  await balanced.elb.send(new DeleteListenerCommand({ ListenerArn }));
  await remove();
  await remove();
  await expect(balanced.elb.send(new DescribeTargetGroupsCommand({ Names: ["web"] }))).rejects.toMatchObject({
    name: "TargetGroupNotFoundException",
  });
});

test("account limits are AWS's", async () => {
  const { Limits } = await balanced.elb.send(new DescribeAccountLimitsCommand({}));
  expect(Limits).toContainEqual({ Name: "application-load-balancers", Max: "50" });
});
