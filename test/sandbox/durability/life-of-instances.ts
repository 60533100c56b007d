import * as EC2 from "@aws-sdk/client-ec2";
import { debianAmd64 } from "../../../src/sandbox/ec2/images.ts";
import type { Change, Clients } from "./clients.ts";

export interface Network {
  readonly VpcId: string;
  readonly subnets: readonly string[];
  readonly InternetGatewayId: string;
  readonly RouteTableId: string;
  readonly association: string;
  readonly GroupId: string;
}

export async function makeNetwork({ ec2 }: Clients, change: Change): Promise<Network> {
  const vpc = await change(() => ec2.send(new EC2.CreateVpcCommand({ CidrBlock: "10.5.0.0/16" })));
  const VpcId = vpc.Vpc?.VpcId ?? "";
  await change(() => ec2.send(new EC2.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } })));
  const subnets: string[] = [];
  for (const [CidrBlock, zone] of [
    ["10.5.1.0/24", "a"],
    ["10.5.2.0/24", "c"],
    ["10.5.3.0/24", "d"],
  ] as const) {
    const AvailabilityZone = `ap-northeast-1${zone}`;
    const made = await change(() => ec2.send(new EC2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone })));
    subnets.push(made.Subnet?.SubnetId ?? "");
  }
  const [SubnetId = ""] = subnets;
  const map = { SubnetId, MapPublicIpOnLaunch: { Value: true } };
  await change(() => ec2.send(new EC2.ModifySubnetAttributeCommand(map)));
  const gateway = await change(() => ec2.send(new EC2.CreateInternetGatewayCommand({})));
  const InternetGatewayId = gateway.InternetGateway?.InternetGatewayId ?? "";
  await change(() => ec2.send(new EC2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId })));
  const table = await change(() => ec2.send(new EC2.CreateRouteTableCommand({ VpcId, ClientToken: "table" })));
  const RouteTableId = table.RouteTable?.RouteTableId ?? "";
  const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId };
  await change(() => ec2.send(new EC2.CreateRouteCommand(route)));
  await change(() => ec2.send(new EC2.ReplaceRouteCommand(route)));
  const associated = await change(() => ec2.send(new EC2.AssociateRouteTableCommand({ RouteTableId, SubnetId })));
  const named = { GroupName: "web", Description: "the web group", VpcId };
  const group = await change(() => ec2.send(new EC2.CreateSecurityGroupCommand(named)));
  const GroupId = group.GroupId ?? "";
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }];
  await change(() => ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })));
  await change(() => ec2.send(new EC2.AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions })));
  await change(() => ec2.send(new EC2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions })));
  await change(() => ec2.send(new EC2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions })));
  const tags = { Resources: [VpcId], Tags: [{ Key: "a", Value: "b" }] };
  await change(() => ec2.send(new EC2.CreateTagsCommand(tags)));
  await change(() => ec2.send(new EC2.DeleteTagsCommand(tags)));
  const association = associated.AssociationId ?? "";
  await cutOff({ ec2 }, change, VpcId, SubnetId);
  return { VpcId, subnets, InternetGatewayId, RouteTableId, association, GroupId };
}

/** A subnet behind a network ACL that lets nothing through, and back behind the one of its VPC. */
async function cutOff({ ec2 }: Pick<Clients, "ec2">, change: Change, VpcId: string, SubnetId: string): Promise<void> {
  const Filters = [{ Name: "association.subnet-id", Values: [SubnetId] }];
  const { NetworkAcls = [] } = await ec2.send(new EC2.DescribeNetworkAclsCommand({ Filters }));
  const had = NetworkAcls[0]?.Associations?.find((it) => it.SubnetId === SubnetId);
  const made = await change(() => ec2.send(new EC2.CreateNetworkAclCommand({ VpcId, ClientToken: "acl" })));
  const NetworkAclId = made.NetworkAcl?.NetworkAclId ?? "";
  const closed = { AssociationId: had?.NetworkAclAssociationId, NetworkAclId };
  const { NewAssociationId } = await change(() => ec2.send(new EC2.ReplaceNetworkAclAssociationCommand(closed)));
  const open = { AssociationId: NewAssociationId, NetworkAclId: had?.NetworkAclId };
  await change(() => ec2.send(new EC2.ReplaceNetworkAclAssociationCommand(open)));
  await change(() => ec2.send(new EC2.DeleteNetworkAclCommand({ NetworkAclId })));
}

export async function takeNetworkDown({ ec2 }: Clients, change: Change, network: Network): Promise<void> {
  const { VpcId, RouteTableId, InternetGatewayId, GroupId } = network;
  const AssociationId = network.association;
  await change(() => ec2.send(new EC2.DisassociateRouteTableCommand({ AssociationId })));
  await change(() => ec2.send(new EC2.DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" })));
  await change(() => ec2.send(new EC2.DeleteRouteTableCommand({ RouteTableId })));
  await change(() => ec2.send(new EC2.DetachInternetGatewayCommand({ InternetGatewayId, VpcId })));
  await change(() => ec2.send(new EC2.DeleteInternetGatewayCommand({ InternetGatewayId })));
  await change(() => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId })));
  for (const SubnetId of network.subnets) {
    await change(() => ec2.send(new EC2.DeleteSubnetCommand({ SubnetId })));
  }
  await change(() => ec2.send(new EC2.DeleteVpcCommand({ VpcId })));
}

export async function makeInstances({ ec2 }: Clients, change: Change, network: Network): Promise<readonly string[]> {
  const launch = { ImageId: debianAmd64, InstanceType: "t3.small", MinCount: 1, MaxCount: 1 } as const;
  const ids: string[] = [];
  for (const SubnetId of network.subnets.slice(0, 2)) {
    const launched = await change(() =>
      ec2.send(
        new EC2.RunInstancesCommand({
          ...launch,
          SubnetId,
          SecurityGroupIds: [network.GroupId],
          ClientToken: SubnetId,
          ...(ids.length === 0 ? { IamInstanceProfile: { Name: "host" } } : {}),
          BlockDeviceMappings: [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
        }),
      ),
    );
    ids.push(launched.Instances?.[0]?.InstanceId ?? "");
  }
  const [, InstanceId] = ids;
  const options = { InstanceId, HttpTokens: "required" } as const;
  await change(() => ec2.send(new EC2.ModifyInstanceMetadataOptionsCommand(options)));
  const InstanceInitiatedShutdownBehavior = { Value: "terminate" } as const;
  await change(() =>
    ec2.send(new EC2.ModifyInstanceAttributeCommand({ InstanceId, InstanceInitiatedShutdownBehavior })),
  );
  const IamInstanceProfile = { Name: "host" };
  const made = await change(() =>
    ec2.send(new EC2.AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile })),
  );
  const AssociationId = made.IamInstanceProfileAssociation?.AssociationId;
  await change(() => ec2.send(new EC2.DisassociateIamInstanceProfileCommand({ AssociationId })));
  const InstanceIds = [InstanceId ?? ""];
  await change(() => ec2.send(new EC2.RebootInstancesCommand({ InstanceIds })));
  await change(() => ec2.send(new EC2.StopInstancesCommand({ InstanceIds })));
  await change(() => ec2.send(new EC2.StartInstancesCommand({ InstanceIds })));
  return ids;
}

export async function makeImage({ ec2 }: Clients, change: Change, InstanceId = ""): Promise<void> {
  const { ImageId } = await change(() => ec2.send(new EC2.CreateImageCommand({ InstanceId, Name: "golden" })));
  const { Snapshots = [] } = await ec2.send(new EC2.DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  await change(() => ec2.send(new EC2.DeregisterImageCommand({ ImageId })));
  const [{ SnapshotId } = {}] = Snapshots;
  await change(() => ec2.send(new EC2.DeleteSnapshotCommand({ SnapshotId })));
}

export async function makeTemplate({ ec2 }: Clients, change: Change): Promise<void> {
  const LaunchTemplateData = { ImageId: debianAmd64, InstanceType: "t3.small" } as const;
  const made = { LaunchTemplateName: "web", LaunchTemplateData, ClientToken: "web" };
  const { LaunchTemplate } = await change(() => ec2.send(new EC2.CreateLaunchTemplateCommand(made)));
  const template = { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId };
  await change(() => ec2.send(new EC2.CreateLaunchTemplateVersionCommand({ ...template, LaunchTemplateData })));
  await change(() => ec2.send(new EC2.ModifyLaunchTemplateCommand({ ...template, DefaultVersion: "2" })));
  await change(() => ec2.send(new EC2.DeleteLaunchTemplateVersionsCommand({ ...template, Versions: ["1"] })));
  await change(() => ec2.send(new EC2.DeleteLaunchTemplateCommand(template)));
}

export async function takeInstancesDown({ ec2 }: Clients, change: Change, ids: readonly string[]): Promise<void> {
  await change(() => ec2.send(new EC2.TerminateInstancesCommand({ InstanceIds: [...ids] })));
  const { Volumes = [] } = await ec2.send(new EC2.DescribeVolumesCommand({}));
  for (const { VolumeId } of Volumes) await change(() => ec2.send(new EC2.DeleteVolumeCommand({ VolumeId })));
}
