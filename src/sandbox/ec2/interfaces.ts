import type { FirewallMember } from "../runtime.ts";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { allocateAddress, claimAddress } from "./addresses.ts";
import { getNetworkInterface, getSecurityGroup, getSubnet } from "./find.ts";
import { refreshFirewalls } from "./firewalls.ts";
import { macOf, newId } from "./ids.ts";
import type { NetworkInterfaceRecord } from "./records.ts";
import { forgetTags, putTags } from "./tags.ts";
import { memberKey } from "./transitions.ts";

export type { NetworkInterfaceRecord } from "./records.ts";

export interface InterfaceRequest {
  readonly vpcId: string;
  readonly subnetId: string;
  /** Taken from the subnet when absent. */
  readonly privateIp?: string | undefined;
  readonly groupIds: readonly string[];
  readonly description: string;
  /** The service that makes it, e.g. amazon-elb. */
  readonly requesterId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly member: FirewallMember;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Gives it a public address where its subnet has a route to the internet. */
  readonly associatePublicIp?: boolean | undefined;
  readonly deleteOnTermination?: boolean | undefined;
  readonly allocationId?: string | undefined;
  readonly keepsSource?: boolean | undefined;
}

/**
 * Makes a network interface for a host or a load balancer. The member's packet filter is on record before this returns,
 * so a container that starts afterwards starts behind it; members of groups that refer to this one's groups let it in.
 */
export async function attachInterface(world: World, request: InterfaceRequest): Promise<NetworkInterfaceRecord> {
  const record = createInterface(world, request);
  await world.ec2.save();
  await refreshFirewalls(world, { groupIds: record.groupIds });
  return record;
}

/** Releases the address of what is gone. No error when it was released already. */
export async function detachInterface(world: World, interfaceId: string): Promise<void> {
  const groupIds = world.ec2.data.networkInterfaces[interfaceId]?.groupIds;
  if (!groupIds) return;
  await world.ec2.note(() => removeInterface(world, interfaceId));
  await refreshFirewalls(world, { groupIds });
}

/** Puts an interface into other groups. */
export async function setInterfaceGroups(
  world: World,
  interfaceId: string,
  groupIds: readonly string[],
): Promise<void> {
  const record = getNetworkInterface(world.ec2, interfaceId);
  checkGroups(world, record.vpcId, groupIds);
  const touched = [...new Set([...record.groupIds, ...groupIds])];
  record.groupIds = [...new Set(groupIds)];
  await world.ec2.save();
  await refreshFirewalls(world, { groupIds: touched });
}

/** The record alone, without waiting: for actions that make several things and save once. */
export function createInterface(world: World, request: InterfaceRequest): NetworkInterfaceRecord {
  const { data } = world.ec2;
  const subnet = getSubnet(world.ec2, request.subnetId);
  checkGroups(world, subnet.vpcId, request.groupIds);
  const privateIp =
    request.privateIp === undefined ? allocateAddress(data, subnet) : claimAddress(data, subnet, request.privateIp);
  const record: NetworkInterfaceRecord = {
    id: newId("eni"),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    availabilityZone: subnet.availabilityZone,
    privateIp,
    mac: macOf(privateIp),
    description: request.description,
    requesterId: request.requesterId,
    instanceId: request.instanceId,
    attachmentId: newId("eni-attach"),
    attachedAt: world.now().toISOString(),
    associatePublicIp: request.associatePublicIp ?? false,
    deleteOnTermination: request.deleteOnTermination ?? true,
    ...(request.allocationId === undefined ? {} : { allocationId: request.allocationId }),
    ...(request.keepsSource ? { keepsSource: true } : {}),
    member: request.member,
    groupIds: [...new Set(request.groupIds)],
  };
  data.networkInterfaces[record.id] = record;
  const elasticIp = data.elasticIps[record.allocationId ?? ""];
  if (elasticIp) elasticIp.associationId = newId("eipassoc");
  putTags(data, record.id, request.tags ?? {});
  return record;
}

/** Takes the record away, without waiting. */
export function removeInterface(world: World, interfaceId: string): void {
  const { data, transitions } = world.ec2;
  const record = data.networkInterfaces[interfaceId];
  if (!record) return;
  delete data.networkInterfaces[interfaceId];
  const elasticIp = data.elasticIps[record.allocationId ?? ""];
  if (elasticIp) elasticIp.associationId = undefined;
  forgetTags(data, interfaceId);
  transitions.appliedFirewalls.delete(memberKey(record.member));
}

function checkGroups(world: World, vpcId: string, groupIds: readonly string[]): void {
  for (const id of groupIds) {
    const group = getSecurityGroup(world.ec2, id);
    if (group.vpcId !== vpcId) {
      throw new AwsError(
        "InvalidGroup.NotFound",
        `You have specified two resources that belong to different networks: ${id} and ${vpcId}`,
      );
    }
  }
}
