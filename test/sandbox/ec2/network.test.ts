import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  ModifyVpcAttributeCommand,
  paginateDescribeSubnets,
  ReplaceRouteCommand,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, it } from "vitest";
import { makeGroup, makeNetwork, startEc2Sandbox, type Ec2Sandbox } from "./ec2-sandbox.ts";

let sandbox: Ec2Sandbox;
let ec2: Ec2Sandbox["ec2"];

beforeEach(async () => {
  sandbox = await startEc2Sandbox();
  ec2 = sandbox.ec2;
});

describe("VPC and subnets", () => {
  it("gives a VPC a network, a main route table and a default group, which go with it", async () => {
    const tags = [{ ResourceType: "vpc" as const, Tags: [{ Key: "lecture05:stack", Value: "s" }] }];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.5.0.9/16", TagSpecifications: tags }));
    expect(Vpc).toMatchObject({ CidrBlock: "10.5.0.0/16", State: "pending", IsDefault: false });
    expect(sandbox.runtime.networks.get(Vpc?.VpcId ?? "")).toBe("10.5.0.0/16");
    const Filters = [{ Name: "tag:lecture05:stack", Values: ["s"] }];
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters }));
    expect(Vpcs).toMatchObject([{ VpcId: Vpc?.VpcId, State: "available" }]);
    const inVpc = [{ Name: "vpc-id", Values: [Vpc?.VpcId ?? ""] }];
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc }));
    expect(RouteTables).toMatchObject([{ Associations: [{ Main: true }], Routes: [{ GatewayId: "local" }] }]);
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inVpc }));
    expect(SecurityGroups).toMatchObject([{ GroupName: "default", IpPermissionsEgress: [{ IpProtocol: "-1" }] }]);
    const remove = ec2.send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroups?.[0]?.GroupId }));
    await expect(remove).rejects.toMatchObject({ name: "CannotDelete" });
    await ec2.send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId }));
    expect(sandbox.runtime.networks.size).toBe(0);
    expect((await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables).toEqual([]);
    const describeGone = ec2.send(new DescribeVpcsCommand({ VpcIds: [Vpc?.VpcId ?? ""] }));
    await expect(describeGone).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
  });

  it("refuses ranges that are not possible, and says when this machine has the range", async () => {
    const create = (CidrBlock: string) => ec2.send(new CreateVpcCommand({ CidrBlock }));
    await expect(create("10.0.0.0/8")).rejects.toMatchObject({ name: "InvalidVpc.Range" });
    await expect(create("10.0.0.0/29")).rejects.toMatchObject({ name: "InvalidVpc.Range" });
    await expect(create("10.0.0.0")).rejects.toMatchObject({ name: "InvalidParameterValue" });
    sandbox.runtime.usedRanges.add("10.9.0.0/16");
    await expect(create("10.9.0.0/16")).rejects.toMatchObject({
      name: "InvalidVpc.Range",
      message: expect.stringContaining("on this machine") as string,
    });
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    const dry = ec2.send(new CreateVpcCommand({ CidrBlock: "10.8.0.0/16", DryRun: true }));
    await expect(dry).rejects.toMatchObject({ name: "DryRunOperation" });
  });

  it("keeps subnets inside the VPC and apart from each other", async () => {
    const { vpcId } = await makeNetwork(sandbox);
    const create = (CidrBlock: string, AvailabilityZone?: string) =>
      ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock, AvailabilityZone }));
    await expect(create("10.6.0.0/24")).rejects.toMatchObject({ name: "InvalidSubnet.Range" });
    await expect(create("10.5.1.128/25")).rejects.toMatchObject({ name: "InvalidSubnet.Conflict" });
    await expect(create("10.5.2.0/24", "eu-west-1a")).rejects.toMatchObject({ name: "InvalidParameterValue" });
    const { Subnet } = await create("10.5.2.0/24", "ap-northeast-1c");
    expect(Subnet).toMatchObject({ AvailabilityZoneId: "apne1-az1", AvailableIpAddressCount: 251 });
  });

  it("turns on host names", async () => {
    const { vpcId } = await makeNetwork(sandbox);
    const read = () => ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: "enableDnsHostnames" }));
    expect((await read()).EnableDnsHostnames?.Value).toBe(false);
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
    expect((await read()).EnableDnsHostnames?.Value).toBe(true);
  });

  it("lists the zones that an account in Tokyo sees", async () => {
    const Filters = [{ Name: "zone-type", Values: ["availability-zone"] }];
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
    const names = AvailabilityZones?.map(({ ZoneName }) => ZoneName);
    expect(names).toEqual(["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
  });
});

describe("routes and gateways", () => {
  it("makes one route table for one client token", async () => {
    const { vpcId } = await makeNetwork(sandbox);
    const create = (VpcId: string) => ec2.send(new CreateRouteTableCommand({ VpcId, ClientToken: "t-1" }));
    const first = await create(vpcId);
    expect((await create(vpcId)).RouteTable?.RouteTableId).toBe(first.RouteTable?.RouteTableId);
    await expect(create("vpc-00000000000000000")).rejects.toMatchObject({ name: "IdempotentParameterMismatch" });
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: first.RouteTable?.RouteTableId }));
    expect((await create(vpcId)).RouteTable?.RouteTableId).not.toBe(first.RouteTable?.RouteTableId);
  });

  it("has one route per destination and one table per subnet; a route to a detached gateway is a black hole", async () => {
    const { vpcId, subnetId, gatewayId, mainTableId } = await makeNetwork(sandbox);
    const route = { RouteTableId: mainTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: gatewayId };
    await expect(ec2.send(new CreateRouteCommand(route))).rejects.toMatchObject({ name: "RouteAlreadyExists" });
    await ec2.send(new ReplaceRouteCommand(route));
    const missing = new DeleteRouteCommand({ RouteTableId: mainTableId, DestinationCidrBlock: "192.0.2.0/24" });
    await expect(ec2.send(missing)).rejects.toMatchObject({ name: "InvalidRoute.NotFound" });

    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const RouteTableId = RouteTable?.RouteTableId;
    const associate = new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnetId });
    await ec2.send(associate);
    await expect(ec2.send(associate)).rejects.toMatchObject({ name: "Resource.AlreadyAssociated" });
    await expect(ec2.send(new DeleteRouteTableCommand({ RouteTableId }))).rejects.toMatchObject({
      name: "DependencyViolation",
    });
    const attach = new AttachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId });
    await expect(ec2.send(attach)).rejects.toMatchObject({ name: "Resource.AlreadyAssociated" });
    const remove = new DeleteInternetGatewayCommand({ InternetGatewayId: gatewayId });
    await expect(ec2.send(remove)).rejects.toMatchObject({ name: "DependencyViolation" });
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId }));
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [mainTableId] }));
    expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({ DestinationCidrBlock: "0.0.0.0/0", State: "blackhole" });
    const again = ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId }));
    await expect(again).rejects.toMatchObject({ name: "Gateway.NotAttached" });
    await ec2.send(remove);
  });

  it("deletes a VPC only when nothing is in it any more", async () => {
    const { vpcId, subnetId, gatewayId, groupId } = await makeNetwork(sandbox);
    const deleteVpc = () => ec2.send(new DeleteVpcCommand({ VpcId: vpcId }));
    const inUse = { name: "DependencyViolation" };
    await expect(deleteVpc()).rejects.toMatchObject(inUse);
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId }));
    await expect(deleteVpc()).rejects.toMatchObject(inUse);
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId }));
    await expect(deleteVpc()).rejects.toMatchObject(inUse);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId }));
    sandbox.runtime.failNext.set("removeNetwork", new Error("Docker is away"));
    await expect(deleteVpc()).rejects.toMatchObject({ name: "InternalError" });
    expect((await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs).toHaveLength(1);
    await deleteVpc();
    await expect(deleteVpc()).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
  });
});

describe("filters, pages and tags", () => {
  it("filters with wildcards, several values and several filters, and refuses unknown ones", async () => {
    const { vpcId } = await makeNetwork(sandbox);
    for (const name of ["web-1", "web-2", "w*b"]) await makeGroup(ec2, vpcId, name);
    const names = async (...Filters: { Name: string; Values: string[] }[]) => {
      const answer = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      return answer.SecurityGroups?.map(({ GroupName }) => GroupName);
    };
    expect(await names({ Name: "group-name", Values: ["web-?"] })).toEqual(["web-1", "web-2"]);
    expect(await names({ Name: "group-name", Values: ["w\\*b", "host"] })).toEqual(["host", "w*b"]);
    expect(
      await names({ Name: "group-name", Values: ["*1"] }, { Name: "description", Values: ["the * group"] }),
    ).toEqual(["web-1"]);
    await expect(names({ Name: "colour", Values: ["red"] })).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("pages without loss or repetition", async () => {
    const { vpcId } = await makeNetwork(sandbox);
    for (let i = 10; i < 22; i += 1) {
      await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: `10.5.${i}.0/24` }));
    }
    const ids: string[] = [];
    let pages = 0;
    for await (const page of paginateDescribeSubnets({ client: ec2, pageSize: 5 }, {})) {
      pages += 1;
      ids.push(...(page.Subnets ?? []).flatMap(({ SubnetId }) => SubnetId ?? []));
    }
    expect(pages).toBe(3);
    expect(new Set(ids).size).toBe(13);
    const wrong = ec2.send(new DescribeSubnetsCommand({ NextToken: "nonsense" }));
    await expect(wrong).rejects.toMatchObject({ name: "InvalidNextToken" });
  });

  it("tags what exists, and only with keys of the user", async () => {
    const { vpcId, groupId } = await makeNetwork(sandbox);
    const tag = (Resources: string[], Key: string) =>
      ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key, Value: "v" }] }));
    await tag([vpcId, groupId], "k");
    await expect(tag([vpcId], "aws:k")).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await expect(tag(["i-00000000000000000"], "k")).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
    await expect(tag(["what-1"], "k")).rejects.toMatchObject({ name: "InvalidID" });
    const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [groupId] }] }));
    expect(Tags).toEqual([{ ResourceId: groupId, ResourceType: "security-group", Key: "k", Value: "v" }]);
  });
});
