import {
  CreateNetworkAclCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteNetworkAclCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, it } from "vitest";
import { attachInterface } from "../../../src/sandbox/ec2/interfaces.ts";
import { canReachSsm } from "../../../src/sandbox/ssm/managed.ts";
import {
  makeNetwork,
  makeProfile,
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

const describeAcls = async (...Filters: { Name: string; Values: string[] }[]) =>
  (await ec2.send(new DescribeNetworkAclsCommand({ Filters }))).NetworkAcls ?? [];

/** The subnet's association, and the ACL that it is with. */
async function associationOf(subnetId: string): Promise<{ AssociationId: string; aclId: string }> {
  const [acl] = await describeAcls({ Name: "association.subnet-id", Values: [subnetId] });
  const association = acl?.Associations?.find((it) => it.SubnetId === subnetId);
  return { AssociationId: association?.NetworkAclAssociationId ?? "", aclId: acl?.NetworkAclId ?? "" };
}

async function makeAcl(ClientToken?: string): Promise<string> {
  const Tags = [{ Key: "lecture05:stack", Value: "s" }];
  const TagSpecifications = [{ ResourceType: "network-acl" as const, Tags }];
  const request = new CreateNetworkAclCommand({ VpcId: network.vpcId, TagSpecifications, ClientToken });
  return (await ec2.send(request)).NetworkAcl?.NetworkAclId ?? "";
}

async function put(subnetId: string, NetworkAclId: string): Promise<string> {
  const { AssociationId } = await associationOf(subnetId);
  const answer = await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
  return answer.NewAssociationId ?? "";
}

describe("network ACLs", () => {
  it("come with the VPC, one that allows everything for all subnets", async () => {
    const acls = await describeAcls({ Name: "default", Values: ["true"] });
    expect(acls).toMatchObject([
      { IsDefault: true, VpcId: network.vpcId, Associations: [{ SubnetId: network.subnetId }] },
    ]);
    expect(acls[0]?.Entries?.map(({ RuleNumber, RuleAction }) => `${RuleNumber} ${RuleAction}`)).toEqual([
      "100 allow",
      "32767 deny",
      "100 allow",
      "32767 deny",
    ]);
    const remove = ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: acls[0]?.NetworkAclId }));
    await expect(remove).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await ec2.send(
      new CreateTagsCommand({ Resources: [acls[0]?.NetworkAclId ?? ""], Tags: [{ Key: "a", Value: "b" }] }),
    );
    expect((await describeAcls({ Name: "tag:a", Values: ["b"] }))[0]?.IsDefault).toBe(true);
  });

  it("are found by tag, made once for a client token, in use while a subnet has them, and keep their VPC", async () => {
    const acl = await makeAcl("t-1");
    expect(await makeAcl("t-1")).toBe(acl);
    const found = await describeAcls({ Name: "tag:lecture05:stack", Values: ["s"] });
    expect(found).toMatchObject([{ NetworkAclId: acl, IsDefault: false, Associations: [] }]);
    const before = await associationOf(network.subnetId);
    expect(await put(network.subnetId, acl)).not.toBe(before.AssociationId);
    expect((await associationOf(network.subnetId)).aclId).toBe(acl);
    const remove = () => ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: acl }));
    await expect(remove()).rejects.toMatchObject({ name: "DependencyViolation" });
    const stale = { AssociationId: before.AssociationId, NetworkAclId: acl };
    await expect(ec2.send(new ReplaceNetworkAclAssociationCommand(stale))).rejects.toMatchObject({
      name: "InvalidAssociationID.NotFound",
    });
    await ec2.send(new DeleteSubnetCommand({ SubnetId: network.subnetId }));
    await expect(ec2.send(new DeleteVpcCommand({ VpcId: network.vpcId }))).rejects.toMatchObject({
      name: "DependencyViolation",
    });
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: "InvalidNetworkAclID.NotFound" });
  });

  it("take hosts and databases of a subnet off the network, and SSM with it; and back as it was", async () => {
    await makeProfile(sandbox);
    const { InstanceId = "" } = await runInstance(sandbox, network, { IamInstanceProfile: { Name: "host" } });
    const key = `host:${InstanceId}`;
    const open = sandbox.runtime.firewalls.get(key);
    expect(open).not.toHaveProperty("confined");
    const isReached = (): boolean => canReachSsm(sandbox.world, sandbox.world.ec2.data.instances[InstanceId]!);
    expect(isReached()).toBe(true);
    const other = { VpcId: network.vpcId, CidrBlock: "10.5.2.0/24", AvailabilityZone: "ap-northeast-1c" };
    const subnetId = (await ec2.send(new CreateSubnetCommand(other))).Subnet?.SubnetId ?? "";
    const member = { kind: "load-balancer", id: "app/alb/0123456789abcdef" } as const;
    for (const it of [network.subnetId, subnetId]) {
      const { vpcId, groupId } = network;
      const place = { vpcId, subnetId: it, groupIds: [groupId] };
      await attachInterface(sandbox.world, { ...place, description: "ELB", requesterId: "amazon-elb", member });
    }
    const balancer = (): unknown => sandbox.runtime.firewalls.get(`${member.kind}:${member.id}`);

    const { aclId } = await associationOf(network.subnetId);
    const acl = await makeAcl();
    await put(network.subnetId, acl);
    const node = Object.values(sandbox.world.ec2.data.networkInterfaces).find(
      (it) => it.member.kind === "load-balancer" && it.subnetId === network.subnetId,
    );
    expect(sandbox.runtime.firewalls.get(key)).toEqual({
      ...open,
      inbound: expect.anything() as unknown,
      confined: { within: ["10.5.1.0/24"], without: [node?.privateIp] },
    });
    expect(isReached()).toBe(false);
    // It goes on by its other node, until that is cut off, too.
    expect(balancer()).not.toHaveProperty("confined");
    await put(subnetId, acl);
    expect(balancer()).toMatchObject({ confined: { within: ["10.5.1.0/24", "10.5.2.0/24"], without: [] } });

    for (const it of [network.subnetId, subnetId]) await put(it, aclId);
    expect(sandbox.runtime.firewalls.get(key)).not.toHaveProperty("confined");
    expect(balancer()).not.toHaveProperty("confined");
    expect(isReached()).toBe(true);
    await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: acl }));
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  });
});
