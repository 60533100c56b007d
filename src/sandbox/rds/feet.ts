import { AwsError } from "../wire/action.ts";
import { createInterface, detachInterface, removeInterface } from "../ec2/interfaces.ts";
import type { World } from "../world.ts";
import { invalidCombination, invalidValue } from "./errors.ts";
import type { FootRecord, SubnetGroupRecord } from "./records.ts";

/** The zones in which a database is to be: the one that was asked for, or the first, and another one for a standby. */
export function chooseSubnets(
  { ec2 }: World,
  group: SubnetGroupRecord,
  { zone, count }: { readonly zone?: string | undefined; readonly count: number },
): SubnetGroupRecord["subnets"] {
  const present = group.subnets.filter(({ id }) => Object.hasOwn(ec2.data.subnets, id));
  const first = zone === undefined ? present[0] : present.find((it) => it.zone === zone);
  if (!first) {
    const message =
      zone === undefined
        ? `The DB subnet group ${group.name} has no subnet any more.`
        : `Cannot create a database instance because there is not a subnet in ${zone}, the targeted Availability Zone.`;
    throw new AwsError("InvalidVPCNetworkStateFault", message);
  }
  const others = present.filter((it) => it.zone !== first.zone);
  if (others.length < count - 1) throw notEnoughZones([first.zone]);
  return [first, ...others.slice(0, count - 1)];
}

export function notEnoughZones(zones: readonly string[]): AwsError {
  return new AwsError(
    "DBSubnetGroupDoesNotCoverEnoughAZs",
    `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...new Set(zones)].join(", ")}. Add subnets to cover at least 2 AZs.`,
  );
}

/** The groups' ids; without any, the VPC's default group. */
export function checkGroups({ ec2 }: World, vpcId: string, groupIds: readonly string[] | undefined): string[] {
  const groups = Object.values(ec2.data.securityGroups);
  if (!groupIds?.length) {
    return groups.filter((group) => group.vpcId === vpcId && group.name === "default").map(({ id }) => id);
  }
  for (const id of groupIds) {
    const group = groups.find((candidate) => candidate.id === id);
    if (!group) throw invalidValue(`Invalid security group , groupId= ${id}, groupName=.`);
    if (group.vpcId !== vpcId) {
      throw invalidCombination(
        `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group is in ${group.vpcId}`,
      );
    }
  }
  return [...new Set(groupIds)];
}

/** One network interface in each subnet, or none; the records alone. */
export function addFeet(
  world: World,
  database: { readonly resourceId: string; readonly vpcId: string; readonly groupIds: readonly string[] },
  subnets: SubnetGroupRecord["subnets"],
): FootRecord[] {
  const feet: FootRecord[] = [];
  try {
    for (const { id: subnetId, zone } of subnets) {
      const { id: interfaceId, privateIp } = createInterface(world, {
        vpcId: database.vpcId,
        subnetId,
        groupIds: database.groupIds,
        description: "RDSNetworkInterface",
        requesterId: "amazon-rds",
        member: { kind: "database", id: database.resourceId },
      });
      feet.push({ zone, subnetId, interfaceId, privateIp });
    }
  } catch (error) {
    for (const { interfaceId } of feet) removeInterface(world, interfaceId);
    throw error;
  }
  return feet;
}

export async function removeFeet(world: World, feet: readonly FootRecord[]): Promise<void> {
  for (const { interfaceId } of feet) await detachInterface(world, interfaceId);
}

/** They are what the interfaces say. */
export function groupsOf({ ec2 }: World, feet: readonly FootRecord[]): string[] {
  return ec2.data.networkInterfaces[feet[0]?.interfaceId ?? ""]?.groupIds ?? [];
}
