import { sandboxAccount } from "../world.ts";
import { availableAddresses } from "./addresses.ts";
import type {
  Ec2Data,
  ImageRecord,
  InternetGatewayRecord,
  RouteTableRecord,
  SnapshotRecord,
  SubnetRecord,
  VolumeRecord,
  VpcRecord,
} from "./records.ts";
import { isActive } from "./routing.ts";
import { tagSet } from "./tags.ts";
import { zoneId } from "./zones.ts";

/** Records as EC2 shows them; the actions check them against the SDK's types. */
export function vpcShape(data: Ec2Data, vpc: VpcRecord) {
  return {
    VpcId: vpc.id,
    CidrBlock: vpc.cidr,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
        CidrBlock: vpc.cidr,
        CidrBlockState: { State: "associated" as const },
      },
    ],
    DhcpOptionsId: "default",
    InstanceTenancy: vpc.instanceTenancy,
    IsDefault: false,
    OwnerId: sandboxAccount,
    State: vpc.state,
    Tags: tagSet(data, vpc.id),
  };
}

export function subnetShape(data: Ec2Data, subnet: SubnetRecord) {
  const region = subnet.availabilityZone.slice(0, -1);
  return {
    SubnetId: subnet.id,
    SubnetArn: `arn:aws:ec2:${region}:${sandboxAccount}:subnet/${subnet.id}`,
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.availabilityZone,
    AvailabilityZoneId: zoneId(subnet.availabilityZone),
    AvailableIpAddressCount: availableAddresses(data, subnet),
    AssignIpv6AddressOnCreation: false,
    DefaultForAz: false,
    EnableDns64: false,
    Ipv6Native: false,
    MapCustomerOwnedIpOnLaunch: false,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    OwnerId: sandboxAccount,
    State: "available" as const,
    Tags: tagSet(data, subnet.id),
  };
}

export function internetGatewayShape(data: Ec2Data, gateway: InternetGatewayRecord) {
  return {
    InternetGatewayId: gateway.id,
    // EC2 says "available" here, which the SDK's list of attachment states does not have.
    Attachments: gateway.vpcId === undefined ? [] : [{ State: "available" as "attached", VpcId: gateway.vpcId }],
    OwnerId: sandboxAccount,
    Tags: tagSet(data, gateway.id),
  };
}

export function routeTableShape(data: Ec2Data, table: RouteTableRecord) {
  const local = {
    DestinationCidrBlock: data.vpcs[table.vpcId]?.cidr,
    GatewayId: "local",
    Origin: "CreateRouteTable" as const,
    State: "active" as const,
  };
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: sandboxAccount,
    PropagatingVgws: [],
    Associations: table.associations.map(({ id, subnetId }) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      SubnetId: subnetId,
      Main: subnetId === undefined,
      AssociationState: { State: "associated" as const },
    })),
    Routes: [
      local,
      ...table.routes.map((route) => ({
        DestinationCidrBlock: route.destination,
        GatewayId: route.gatewayId,
        Origin: "CreateRoute" as const,
        State: isActive(data, table, route) ? ("active" as const) : ("blackhole" as const),
      })),
    ],
    Tags: tagSet(data, table.id),
  };
}

export function volumeShape(data: Ec2Data, volume: VolumeRecord) {
  const { attachment } = volume;
  return {
    VolumeId: volume.id,
    AvailabilityZone: volume.availabilityZone,
    CreateTime: new Date(volume.createdAt),
    Encrypted: volume.encrypted,
    KmsKeyId: volume.kmsKeyId,
    Iops: volume.iops,
    Throughput: volume.type === "gp3" ? volume.throughput : undefined,
    MultiAttachEnabled: false,
    Size: volume.sizeGib,
    SnapshotId: volume.snapshotId ?? "",
    State: attachment ? ("in-use" as const) : ("available" as const),
    VolumeType: volume.type as "gp3",
    Attachments: attachment
      ? [
          {
            VolumeId: volume.id,
            InstanceId: attachment.instanceId,
            Device: attachment.device,
            State: "attached" as const,
            AttachTime: new Date(attachment.attachedAt),
            DeleteOnTermination: attachment.deleteOnTermination,
          },
        ]
      : [],
    Tags: tagSet(data, volume.id),
  };
}

export function snapshotShape(data: Ec2Data, snapshot: SnapshotRecord) {
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volumeId,
    VolumeSize: snapshot.sizeGib,
    Encrypted: snapshot.encrypted,
    KmsKeyId: snapshot.kmsKeyId,
    Description: snapshot.description,
    OwnerId: sandboxAccount,
    StartTime: new Date(snapshot.startedAt),
    State: snapshot.state,
    Progress: snapshot.state === "completed" ? "100%" : "0%",
    StorageTier: "standard" as const,
    Tags: tagSet(data, snapshot.id),
  };
}

export function imageShape(data: Ec2Data, image: ImageRecord) {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    ImageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    ImageOwnerAlias: image.ownerAlias,
    OwnerId: image.ownerId,
    Public: image.public,
    Architecture: image.architecture,
    CreationDate: image.createdAt,
    State: image.state,
    StateReason:
      image.stateReason === undefined ? undefined : { Code: "Client.InternalError", Message: image.stateReason },
    ImageType: "machine" as const,
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    Hypervisor: "xen" as const,
    VirtualizationType: "hvm" as const,
    EnaSupport: true,
    SriovNetSupport: "simple",
    RootDeviceName: image.rootDevice,
    RootDeviceType: "ebs" as const,
    SourceInstanceId: image.sourceInstanceId,
    BlockDeviceMappings: [
      {
        DeviceName: image.rootDevice,
        Ebs: {
          DeleteOnTermination: true,
          Encrypted: image.encrypted,
          SnapshotId: image.snapshotId,
          VolumeSize: image.sizeGib,
          VolumeType: "gp3" as const,
        },
      },
    ],
    Tags: tagSet(data, image.id),
  };
}
