import {
  AllocateAddressCommand,
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  SetSubnetsCommand,
  type CreateLoadBalancerCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acmService } from "../../../src/sandbox/acm/service.ts";
import { firewallRulesOf } from "../../../src/sandbox/ec2/firewalls.ts";
import { ec2Service } from "../../../src/sandbox/ec2/service.ts";
import { elbv2Service } from "../../../src/sandbox/elbv2/service.ts";
import { groupId, hostA, startBalanced, statistics, subnetA, subnetC, until, vpcId, type Balanced } from "./support.ts";

let balanced: Balanced;
let ec2: EC2Client;
beforeEach(async () => {
  balanced = await startBalanced({ services: [elbv2Service, acmService, ec2Service] });
  ec2 = new EC2Client(balanced.sandbox.clientConfig());
});
afterEach(async () => {
  ec2.destroy();
  await balanced.stop();
});

async function allocate(): Promise<{ id: string; ip: string }> {
  const { AllocationId = "", PublicIp = "" } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  return { id: AllocationId, ip: PublicIp };
}

async function create(overrides: Partial<CreateLoadBalancerCommandInput> = {}) {
  const input = { Name: "web", Type: "network" as const, SecurityGroups: [groupId], ...overrides };
  const made = (await balanced.elb.send(new CreateLoadBalancerCommand(input))).LoadBalancers?.[0];
  if (!made?.LoadBalancerArn) throw new Error("no load balancer");
  return { ...made, arn: made.LoadBalancerArn };
}

const isActive = async (arn: string): Promise<boolean> => {
  const answer = await balanced.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  return answer.LoadBalancers?.[0]?.State?.Code === "active";
};

async function listen(arn: string) {
  const group = await balanced.elb.send(
    new CreateTargetGroupCommand({
      Name: "web",
      Protocol: "TCP",
      Port: 80,
      VpcId: vpcId,
      HealthCheckProtocol: "HTTP",
      HealthCheckPath: "/up",
      Matcher: { HttpCode: "200" },
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 4,
    }),
  );
  const TargetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await balanced.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: hostA }] }));
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
  const listening = { LoadBalancerArn: arn, Protocol: "TCP" as const, Port: 80, DefaultActions };
  const listener = await balanced.elb.send(new CreateListenerCommand(listening));
  return { TargetGroupArn, ListenerArn: listener.Listeners?.[0]?.ListenerArn ?? "", group: group.TargetGroups?.[0] };
}

test("stands under an Elastic IP in each zone, which stays the account's", async () => {
  const [one, two] = [await allocate(), await allocate()];
  const SubnetMappings = [
    { SubnetId: subnetA, AllocationId: one.id },
    { SubnetId: subnetC, AllocationId: two.id },
  ];
  const made = await create({ SubnetMappings });
  expect(made).toMatchObject({
    Type: "network",
    DNSName: one.ip,
    CanonicalHostedZoneId: "Z31USIVHYNEOWT",
    SecurityGroups: [groupId],
  });
  expect(made.arn).toMatch(/:loadbalancer\/net\/web\/[0-9a-f]{16}$/);
  expect(made.AvailabilityZones?.map(({ LoadBalancerAddresses }) => LoadBalancerAddresses)).toEqual([
    [{ AllocationId: one.id, IpAddress: one.ip }],
    [{ AllocationId: two.id, IpAddress: two.ip }],
  ]);
  await until(() => isActive(made.arn));
  const [spec] = balanced.sandbox.runtime.loadBalancers.values();
  expect(spec).toMatchObject({ addresses: [one.ip, two.ip], keepsSource: true });

  // The same again is the same one; its addresses are in use by it, and by nobody else.
  expect((await create({ SubnetMappings })).arn).toBe(made.arn);
  await expect(create({ Name: "other", SubnetMappings })).rejects.toMatchObject({ name: "ResourceInUseException" });
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [one.id] }));
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  expect(Addresses).toMatchObject([{ NetworkInterfaceId: NetworkInterfaces?.[0]?.NetworkInterfaceId }]);
  expect(NetworkInterfaces?.[0]).toMatchObject({
    Description: `ELB ${made.arn.split(":loadbalancer/")[1]}`,
    Association: { AllocationId: one.id, PublicIp: one.ip, AssociationId: Addresses?.[0]?.AssociationId },
  });
  await expect(ec2.send(new ReleaseAddressCommand({ AllocationId: one.id }))).rejects.toMatchObject({
    name: "InvalidIPAddress.InUse",
  });

  await balanced.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: made.arn }));
  const after = await ec2.send(new DescribeAddressesCommand({}));
  expect(after.Addresses?.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).toEqual([undefined, undefined]);
  await ec2.send(new ReleaseAddressCommand({ AllocationId: one.id }));
});

test("hands on bytes under the client's address, and makes its checks by HTTP under its own", async () => {
  const made = await create({ Subnets: [subnetA, subnetC] });
  const { TargetGroupArn, group } = await listen(made.arn);
  expect(group).toMatchObject({ Protocol: "TCP", HealthCheckProtocol: "HTTP", Matcher: { HttpCode: "200" } });
  expect(group).not.toHaveProperty("ProtocolVersion");
  const { runtime } = balanced.sandbox;
  const text = (): string => [...runtime.loadBalancers.values()][0]?.configuration ?? "";
  await until(() => text().includes("10.5.1.50"));
  expect(text()).toContain("  mode tcp\n");
  expect(text()).not.toContain("mode http");
  expect(text()).toContain("  source 0.0.0.0 usesrc clientip\n");
  expect(text()).toMatch(/http-check send meth GET uri "?\/up/);
  expect(text()).toMatch(/use_backend (\S+)\.open if \{ nbsrv\(\1\) eq 0 \}\n {2}default_backend \1\n/);

  const Attributes = [{ Key: "preserve_client_ip.enabled", Value: "false" }];
  await balanced.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  await until(() => !text().includes("usesrc"));

  const backend = /default_backend (\S+)/.exec(text())?.[1] ?? "";
  runtime.onLoadBalancerCommand = () =>
    statistics({ [`${backend}/10.5.1.50`]: { check: "L7STS", status: "DOWN", code: 403, lastchg: 60 } });
  const { TargetHealthDescriptions } = await balanced.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  expect(TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
    State: "unhealthy",
    Reason: "Target.ResponseCodeMismatch",
  });
});

test("a group that names its group lets in what comes through it, and hosts answer that way", async () => {
  const { data } = balanced.sandbox.world.ec2;
  const rule = { id: "sgr-0a", egress: false, protocol: "tcp", fromPort: 80, toPort: 80, groupId };
  data.securityGroups["sg-0b"]?.rules.push(rule);
  const made = await create({ Subnets: [subnetA, subnetC] });
  await until(() => isActive(made.arn));
  data.networkInterfaces["eni-0host"] = {
    ...Object.values(data.networkInterfaces)[0]!,
    id: "eni-0host",
    privateIp: "10.5.1.50",
    keepsSource: undefined,
    member: { kind: "host", id: hostA },
    groupIds: ["sg-0b"],
  };
  const [zone] = balanced.sandbox.world.elbv2.data.loadBalancers[made.arn]?.zones ?? [];
  const mac = data.networkInterfaces[zone?.interfaceId ?? ""]?.mac;
  expect(firewallRulesOf(data, { kind: "host", id: hostA })).toMatchObject({
    inbound: [{ protocol: "tcp", fromPort: 80, through: [mac] }],
    returnPaths: [{ mac, privateIp: zone?.privateIp }],
  });
  const id = made.arn.split(":loadbalancer/")[1] ?? "";
  expect(firewallRulesOf(data, { kind: "load-balancer", id })).toMatchObject({ takesAnswers: true });
  expect(firewallRulesOf(data, { kind: "load-balancer", id })).not.toHaveProperty("returnPaths");
});

test("what it does not do is refused in ELB's words", async () => {
  const made = await create({ Subnets: [subnetA] });
  const { ListenerArn, TargetGroupArn } = await listen(made.arn);
  const refusal = (send: Promise<unknown>, name: string, message?: RegExp) =>
    expect(send).rejects.toMatchObject({ name, ...(message ? { message: expect.stringMatching(message) } : {}) });
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
  const listener = { LoadBalancerArn: made.arn, Port: 81, DefaultActions };
  const { elb } = balanced;
  await refusal(
    elb.send(new CreateListenerCommand({ ...listener, Protocol: "HTTP" })),
    "ValidationError",
    /must be one of 'TCP, TLS'/,
  );
  const fixed = [{ Type: "fixed-response" as const, FixedResponseConfig: { StatusCode: "200" } }];
  await refusal(
    elb.send(new CreateListenerCommand({ ...listener, Protocol: "TCP", DefaultActions: fixed })),
    "InvalidLoadBalancerActionException",
  );
  await refusal(
    elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: 1,
        Conditions: [{ Field: "path-pattern", Values: ["/a"] }],
        Actions: DefaultActions,
      }),
    ),
    "OperationNotPermittedException",
    /Rules are unsupported/,
  );
  await refusal(
    elb.send(new SetSubnetsCommand({ LoadBalancerArn: made.arn, Subnets: [subnetA, subnetC] })),
    "InvalidConfigurationRequestException",
  );
  const idle = [{ Key: "idle_timeout.timeout_seconds", Value: "60" }];
  await refusal(
    elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: made.arn, Attributes: idle })),
    "ValidationError",
    /not recognized/,
  );
  await refusal(create({ Name: "open", Subnets: [subnetA], SecurityGroups: [] }), "ValidationError", /security groups/);
  const mapping = [{ SubnetId: subnetA, AllocationId: "eipalloc-0a" }];
  await refusal(create({ Name: "lost", SubnetMappings: mapping }), "AllocationIdNotFoundException");
  const { id } = await allocate();
  await refusal(
    create({
      Name: "alb",
      Type: "application",
      SubnetMappings: [{ SubnetId: subnetA, AllocationId: id }, { SubnetId: subnetC }],
    }),
    "ValidationError",
    /type 'application'/,
  );
});

test("an application load balancer takes no target group of TCP", async () => {
  const network = await create({ Subnets: [subnetA] });
  const { TargetGroupArn } = await listen(network.arn);
  const { Attributes } = await balanced.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  expect(Attributes).toContainEqual({ Key: "preserve_client_ip.enabled", Value: "true" });
  await balanced.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: network.arn }));
  const other = await create({ Name: "alb", Type: "application", Subnets: [subnetA, subnetC] });
  await expect(
    balanced.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: other.arn,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn }],
      }),
    ),
  ).rejects.toMatchObject({ name: "InvalidConfigurationRequestException" });
});
