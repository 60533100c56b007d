import { sandboxAccount } from "../world.ts";
import { findInstanceProfile, instanceProfileArn } from "../iam/entities.ts";
import type { World } from "../world.ts";
import { privateDnsName } from "./ids.ts";
import { publicIpOf } from "./public-address.ts";
import type { Ec2Data, InstanceRecord, InstanceStateName, MetadataOptions, NetworkInterfaceRecord } from "./records.ts";
import { getInstanceType } from "./instance-types.ts";
import { tagSet } from "./tags.ts";

const stateCodes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function stateShape(name: InstanceStateName) {
  return { Code: stateCodes[name], Name: name };
}

export function groupShapes(data: Ec2Data, groupIds: readonly string[]) {
  return groupIds.map((id) => ({ GroupId: id, GroupName: data.securityGroups[id]?.name }));
}

export function metadataOptionsShape(options: MetadataOptions) {
  return {
    State: "applied" as const,
    HttpTokens: options.httpTokens,
    HttpPutResponseHopLimit: options.hopLimit,
    HttpEndpoint: options.httpEndpoint,
    HttpProtocolIpv6: "disabled" as const,
    InstanceMetadataTags: options.tags,
  };
}

/** The profile as instances and associations name it; its id is gone with the profile itself. */
export function profileShape(world: World, name: string) {
  const profile = findInstanceProfile(world.iam, name);
  return { Arn: instanceProfileArn(profile ?? { path: "/", name }), Id: profile?.id };
}

function associationOf(data: Ec2Data, networkInterface: NetworkInterfaceRecord) {
  const publicIp = publicIpOf(data, networkInterface);
  if (publicIp === undefined) return undefined;
  const kept = data.elasticIps[networkInterface.allocationId ?? ""];
  if (!kept) return { IpOwnerId: "amazon", PublicDnsName: "", PublicIp: publicIp };
  return {
    AllocationId: kept.id,
    AssociationId: kept.associationId,
    IpOwnerId: sandboxAccount,
    PublicDnsName: "",
    PublicIp: publicIp,
  };
}

export function networkInterfaceShape(data: Ec2Data, it: NetworkInterfaceRecord) {
  const region = it.availabilityZone.slice(0, -1);
  const Association = associationOf(data, it);
  const PrivateDnsName = privateDnsName(it.privateIp, region);
  return {
    NetworkInterfaceId: it.id,
    VpcId: it.vpcId,
    SubnetId: it.subnetId,
    AvailabilityZone: it.availabilityZone,
    Description: it.description,
    Groups: groupShapes(data, it.groupIds),
    InterfaceType: "interface" as const,
    MacAddress: it.mac,
    OwnerId: sandboxAccount,
    PrivateDnsName,
    PrivateIpAddress: it.privateIp,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: it.privateIp, PrivateDnsName, Association }],
    Association,
    Attachment: {
      AttachmentId: it.attachmentId,
      AttachTime: new Date(it.attachedAt),
      DeleteOnTermination: it.deleteOnTermination,
      DeviceIndex: it.instanceId === undefined ? 1 : 0,
      InstanceId: it.instanceId,
      InstanceOwnerId: it.requesterId ?? sandboxAccount,
      Status: "attached" as const,
    },
    RequesterId: it.requesterId,
    RequesterManaged: it.requesterId !== undefined,
    SourceDestCheck: true,
    Status: "in-use" as const,
    TagSet: tagSet(data, it.id),
  };
}

function instanceInterfaceShape(data: Ec2Data, it: NetworkInterfaceRecord) {
  const { TagSet: _tags, RequesterId: _id, RequesterManaged: _managed, ...shape } = networkInterfaceShape(data, it);
  return shape;
}

/** An instance as EC2 describes it. A terminated one has lost its addresses, interfaces and volumes. */
export function instanceShape(world: World, instance: InstanceRecord) {
  const { data } = world.ec2;
  const networkInterface = data.networkInterfaces[instance.interfaceId];
  const publicIp = networkInterface && publicIpOf(data, networkInterface);
  const type = getInstanceType(instance.instanceType);
  const volumes = Object.values(data.volumes).flatMap(({ id, attachment }) =>
    attachment?.instanceId === instance.id ? [{ id, ...attachment }] : [],
  );
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: stateShape(instance.state),
    StateReason: instance.stateReason && { Code: instance.stateReason.code, Message: instance.stateReason.message },
    StateTransitionReason: instance.transitionReason,
    InstanceType: instance.instanceType as "t3.small",
    AmiLaunchIndex: instance.launchIndex,
    Architecture: instance.architecture,
    ClientToken: instance.clientToken ?? "",
    KeyName: instance.keyName,
    LaunchTime: new Date(instance.launchedAt),
    Placement: { AvailabilityZone: instance.availabilityZone, GroupName: "", Tenancy: "default" as const },
    Monitoring: { State: "disabled" as const },
    EbsOptimized: false,
    EnaSupport: true,
    Hypervisor: "xen" as const,
    VirtualizationType: "hvm" as const,
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    RootDeviceName: instance.rootDevice,
    RootDeviceType: "ebs" as const,
    CpuOptions: { CoreCount: type.vcpus, ThreadsPerCore: 1 },
    MetadataOptions: metadataOptionsShape(instance.metadataOptions),
    IamInstanceProfile: instance.profile && profileShape(world, instance.profile.name),
    ProductCodes: [],
    PublicDnsName: "",
    PrivateDnsName: networkInterface ? privateDnsName(instance.privateIp, instance.region) : "",
    PrivateDnsNameOptions: {
      HostnameType: "ip-name" as const,
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    ...(networkInterface
      ? {
          VpcId: instance.vpcId,
          SubnetId: instance.subnetId,
          PrivateIpAddress: instance.privateIp,
          SourceDestCheck: true,
        }
      : {}),
    PublicIpAddress: publicIp,
    SecurityGroups: groupShapes(data, networkInterface?.groupIds ?? []),
    NetworkInterfaces: networkInterface ? [instanceInterfaceShape(data, networkInterface)] : [],
    BlockDeviceMappings: volumes.map((volume) => ({
      DeviceName: volume.device,
      Ebs: {
        VolumeId: volume.id,
        Status: "attached" as const,
        AttachTime: new Date(volume.attachedAt),
        DeleteOnTermination: volume.deleteOnTermination,
      },
    })),
    Tags: tagSet(data, instance.id),
  };
}
