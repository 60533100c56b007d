import { sandboxAccount, type World } from "../world.ts";
import type { FilterFields } from "./filter.ts";
import { profileShape, stateShape } from "./instance-shape.ts";
import { privateDnsName } from "./ids.ts";
import { publicIpOf } from "./public-address.ts";
import type { InstanceRecord, NetworkInterfaceRecord, VolumeRecord } from "./records.ts";

/** The filters of DescribeInstances. */
export function instanceFields(world: World): FilterFields<InstanceRecord> {
  const { data } = world.ec2;
  const eni = (it: InstanceRecord): NetworkInterfaceRecord | undefined => data.networkInterfaces[it.interfaceId];
  const groupIds = (it: InstanceRecord): string[] => eni(it)?.groupIds ?? [];
  const groupNames = (it: InstanceRecord) => groupIds(it).map((id) => data.securityGroups[id]?.name);
  const publicIp = (it: InstanceRecord): string | undefined => {
    const found = eni(it);
    return found && publicIpOf(data, found);
  };
  const volumes = (it: InstanceRecord): VolumeRecord[] =>
    Object.values(data.volumes).filter(({ attachment }) => attachment?.instanceId === it.id);
  return {
    architecture: (it) => it.architecture,
    "availability-zone": (it) => it.availabilityZone,
    "block-device-mapping.delete-on-termination": (it) =>
      volumes(it).map(({ attachment }) => attachment?.deleteOnTermination),
    "block-device-mapping.device-name": (it) => volumes(it).map(({ attachment }) => attachment?.device),
    "block-device-mapping.status": (it) => volumes(it).map(() => "attached"),
    "block-device-mapping.volume-id": (it) => volumes(it).map(({ id }) => id),
    "client-token": (it) => it.clientToken,
    "dns-name": () => "",
    "group-id": groupIds,
    "group-name": groupNames,
    hypervisor: () => "xen",
    "iam-instance-profile.arn": (it) => it.profile && profileShape(world, it.profile.name).Arn,
    "iam-instance-profile.id": (it) => it.profile && profileShape(world, it.profile.name).Id,
    "iam-instance-profile.name": (it) => it.profile?.name,
    "image-id": (it) => it.imageId,
    "instance-id": (it) => it.id,
    "instance-state-code": (it) => stateShape(it.state).Code,
    "instance-state-name": (it) => it.state,
    "instance-type": (it) => it.instanceType,
    "instance.group-id": groupIds,
    "instance.group-name": groupNames,
    "ip-address": publicIp,
    "key-name": (it) => it.keyName,
    "launch-index": (it) => it.launchIndex,
    "launch-time": (it) => it.launchedAt,
    "metadata-options.http-endpoint": (it) => it.metadataOptions.httpEndpoint,
    "metadata-options.http-put-response-hop-limit": (it) => it.metadataOptions.hopLimit,
    "metadata-options.http-tokens": (it) => it.metadataOptions.httpTokens,
    "network-interface.addresses.private-ip-address": (it) => eni(it)?.privateIp,
    "network-interface.addresses.association.public-ip": publicIp,
    "network-interface.association.public-ip": publicIp,
    "network-interface.availability-zone": (it) => eni(it)?.availabilityZone,
    "network-interface.description": (it) => eni(it)?.description,
    "network-interface.group-id": groupIds,
    "network-interface.group-name": groupNames,
    "network-interface.mac-address": (it) => eni(it)?.mac,
    "network-interface.network-interface-id": (it) => eni(it)?.id,
    "network-interface.private-ip-address": (it) => eni(it)?.privateIp,
    "network-interface.subnet-id": (it) => eni(it)?.subnetId,
    "network-interface.vpc-id": (it) => eni(it)?.vpcId,
    "owner-id": () => sandboxAccount,
    "placement-group-name": () => "",
    platform: () => undefined,
    "platform-details": () => "Linux/UNIX",
    "private-dns-name": (it) => eni(it) && privateDnsName(it.privateIp, it.region),
    "private-ip-address": (it) => eni(it)?.privateIp,
    reason: (it) => it.transitionReason,
    "reservation-id": (it) => it.reservationId,
    "root-device-name": (it) => it.rootDevice,
    "root-device-type": () => "ebs",
    "source-dest-check": () => true,
    "state-reason-code": (it) => it.stateReason?.code,
    "state-reason-message": (it) => it.stateReason?.message,
    "subnet-id": (it) => eni(it)?.subnetId,
    tenancy: () => "default",
    "virtualization-type": () => "hvm",
    "vpc-id": (it) => eni(it)?.vpcId,
  };
}
