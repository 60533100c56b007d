import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, it } from "vitest";
import { attachInterface, detachInterface, setInterfaceGroups } from "../../../src/sandbox/ec2/interfaces.ts";
import {
  allowFrom,
  makeGroup,
  makeNetwork,
  runInstance,
  startEc2Sandbox,
  type Ec2Sandbox,
  type Network,
} from "./ec2-sandbox.ts";

let sandbox: Ec2Sandbox;
let ec2: Ec2Sandbox["ec2"];
let network: Network;

beforeEach(async () => {
  sandbox = await startEc2Sandbox();
  ec2 = sandbox.ec2;
  network = await makeNetwork(sandbox);
});

const allow = (GroupId: string, cidr: string, port = 80) =>
  new AuthorizeSecurityGroupIngressCommand({
    GroupId,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
  });

const attachBalancer = (groupIds: string[]) =>
  attachInterface(sandbox.world, {
    vpcId: network.vpcId,
    subnetId: network.subnetId,
    groupIds,
    description: "ELB app/alb/0123456789abcdef",
    requesterId: "amazon-elb",
    member: { kind: "load-balancer", id: "app/alb/0123456789abcdef" },
  });

describe("rules", () => {
  it("adds all rules of a request or none, and takes them away by id or by what they say", async () => {
    const { groupId } = network;
    await ec2.send(allow(groupId, "192.0.2.77/24"));
    await expect(ec2.send(allow(groupId, "192.0.2.0/24"))).rejects.toMatchObject({
      name: "InvalidPermission.Duplicate",
    });
    const bad = (permission: object) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [permission] }));
    const ranges = { IpRanges: [{ CidrIp: "198.51.100.1/32" }] };
    const half = { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [...ranges.IpRanges, { CidrIp: "no" }] };
    await expect(bad(half)).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await expect(bad({ IpProtocol: "tcp", FromPort: 90, ToPort: 80, ...ranges })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    const nobody = { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "sg-00000000000000000" }] };
    await expect(bad(nobody)).rejects.toMatchObject({ name: "InvalidGroup.NotFound" });

    const describeGroup = async () =>
      (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }))).SecurityGroups?.[0];
    expect((await describeGroup())?.IpPermissions).toMatchObject([
      { IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "192.0.2.0/24" }] },
    ]);
    const inbound = { Name: "group-id", Values: [groupId] };
    const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: [inbound] }));
    const rule = SecurityGroupRules?.find(({ IsEgress }) => IsEgress === false);
    const revoke = new RevokeSecurityGroupIngressCommand({
      GroupId: groupId,
      SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ""],
    });
    await ec2.send(revoke);
    expect((await describeGroup())?.IpPermissions).toEqual([]);
    const byWords = new RevokeSecurityGroupIngressCommand({
      GroupId: groupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "192.0.2.0/24" }] }],
    });
    await expect(ec2.send(byWords)).rejects.toMatchObject({ name: "InvalidPermission.NotFound" });
  });

  it("has one group of a name in a VPC, and none without a VPC", async () => {
    const create = (GroupName: string, VpcId?: string) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: "d", VpcId }));
    await expect(create("host", network.vpcId)).rejects.toMatchObject({ name: "InvalidGroup.Duplicate" });
    await expect(create("other")).rejects.toMatchObject({ name: "VPCIdNotSpecified" });
  });
});

describe("packet filters", () => {
  it("lets in the private addresses of a referenced group's members, as they come and go", async () => {
    const { vpcId, groupId } = network;
    const balancerGroup = await makeGroup(ec2, vpcId, "load-balancer");
    await allowFrom(ec2, groupId, balancerGroup);
    const instance = await runInstance(sandbox, network);
    const rules = () => sandbox.runtime.firewalls.get(`host:${instance.InstanceId}`);
    expect(rules()).toEqual({ inbound: [], internetRoute: true, vpcCidr: "10.5.0.0/16" });

    const balancer = await attachBalancer([balancerGroup]);
    const http = { protocol: "tcp", fromPort: 80, toPort: 80 };
    expect(balancer).toMatchObject({ privateIp: "10.5.1.11", mac: "02:42:0a:05:01:0b" });
    expect(rules()?.inbound).toEqual([{ ...http, sources: ["10.5.1.11/32"] }]);

    await ec2.send(allow(groupId, "192.0.2.0/24", 443));
    expect(rules()?.inbound).toHaveLength(2);
    await setInterfaceGroups(sandbox.world, balancer.id, [groupId]);
    expect(rules()?.inbound).toEqual([{ protocol: "tcp", fromPort: 443, toPort: 443, sources: ["192.0.2.0/24"] }]);
    expect(sandbox.runtime.firewalls.get("load-balancer:app/alb/0123456789abcdef")?.inbound).toHaveLength(1);
    await detachInterface(sandbox.world, balancer.id);
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces?.map(({ Attachment }) => Attachment?.InstanceId)).toEqual([instance.InstanceId]);
  });

  it("is in place before the host starts, and touched only when something changes", async () => {
    const instance = await runInstance(sandbox, network);
    const mine = sandbox.runtime.calls.filter((call) => call.endsWith(instance.InstanceId ?? ""));
    expect(mine).toEqual([`applyFirewall ${instance.InstanceId}`, `launchHost ${instance.InstanceId}`]);
    await makeGroup(ec2, network.vpcId, "another");
    const other = await makeGroup(ec2, network.vpcId, "third");
    await ec2.send(allow(other, "192.0.2.0/24"));
    expect(sandbox.runtime.calls.filter((call) => call.startsWith("applyFirewall"))).toHaveLength(1);
  });

  it("closes the way out with the route", async () => {
    const instance = await runInstance(sandbox, network);
    const route = { RouteTableId: network.mainTableId, DestinationCidrBlock: "0.0.0.0/0" };
    await ec2.send(new DeleteRouteCommand(route));
    expect(sandbox.runtime.firewalls.get(`host:${instance.InstanceId}`)?.internetRoute).toBe(false);
  });
});

describe("what stands in the way of a deletion", () => {
  it("keeps a group that is used or referred to, and a subnet with an interface", async () => {
    const { vpcId, subnetId, groupId } = network;
    const balancerGroup = await makeGroup(ec2, vpcId, "load-balancer");
    await allowFrom(ec2, groupId, balancerGroup);
    const balancer = await attachBalancer([balancerGroup]);
    const inUse = { name: "DependencyViolation" };
    const deleteGroup = (GroupId: string) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expect(deleteGroup(balancerGroup)).rejects.toMatchObject(inUse);
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId }))).rejects.toMatchObject(inUse);
    await detachInterface(sandbox.world, balancer.id);
    await expect(deleteGroup(balancerGroup)).rejects.toMatchObject(inUse);
    const instance = await runInstance(sandbox, network);
    await expect(deleteGroup(groupId)).rejects.toMatchObject(inUse);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance.InstanceId ?? ""] }));
    await sandbox.world.ec2.transitions.idle();
    await deleteGroup(groupId);
    await deleteGroup(balancerGroup);
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId }));
  });
});
