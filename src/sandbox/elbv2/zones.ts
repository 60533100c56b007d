import type { SubnetMapping } from "@aws-sdk/client-elastic-load-balancing-v2";
import { createInterface, detachInterface, removeInterface } from "../ec2/interfaces.ts";
import { userOf } from "../ec2/elastic-ips.ts";
import type { SubnetRecord } from "../ec2/records.ts";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { invalid } from "./errors.ts";
import { typeOf, type LoadBalancerRecord, type LoadBalancerType, type ZoneRecord } from "./store.ts";

/** The subnets that a request names in one of the two ways. */
export function wantedSubnets(
  subnets: readonly string[] | undefined,
  mappings: readonly SubnetMapping[] | undefined,
): string[] {
  if (subnets?.length && mappings?.length) throw invalid("Subnets and subnet mappings cannot be specified together");
  return [...new Set([...(subnets ?? []), ...(mappings ?? []).flatMap(({ SubnetId }) => SubnetId ?? [])])];
}

/** A subnet, and the Elastic IP through which it is to be reached. */
export interface WantedZone {
  readonly subnet: SubnetRecord;
  readonly allocationId?: string | undefined;
}

/**
 * The Elastic IPs that a request names, by subnet: all of them there, free, and of a load balancer that can have some.
 * In every zone or in none: one of each kind the sandbox cannot make real.
 */
export function wantedAddresses(
  world: World,
  type: LoadBalancerType,
  mappings: readonly SubnetMapping[] | undefined,
  known: readonly ZoneRecord[],
): ReadonlyMap<string, string> {
  const wanted = new Map(
    (mappings ?? []).flatMap(({ SubnetId, AllocationId }) =>
      SubnetId && AllocationId ? [[SubnetId, AllocationId] as const] : [],
    ),
  );
  if (wanted.size === 0) return wanted;
  if (type !== "network") {
    throw invalid("Allocation IDs cannot be specified for load balancers of type 'application'");
  }
  if (wanted.size < (mappings?.length ?? 0)) {
    throw invalid("The sandbox gives an Elastic IP to each subnet of a load balancer, or to none");
  }
  if (new Set(wanted.values()).size < wanted.size) throw invalid("Each subnet must have an allocation ID of its own");
  for (const id of wanted.values()) {
    const address = world.ec2.data.elasticIps[id];
    if (!address) throw new AwsError("AllocationIdNotFound", `The allocation ID '${id}' does not exist`);
    if (known.some(({ allocationId }) => allocationId === id) || !userOf(world.ec2.data, address)) continue;
    throw new AwsError("ResourceInUse", `The allocation ID '${id}' is already associated`);
  }
  return wanted;
}

/** One network interface in each subnet, or none. The packet filter follows with the container: see the data plane. */
export function addInterfaces(
  world: World,
  loadBalancer: Pick<LoadBalancerRecord, "id" | "vpcId" | "groupIds" | "type">,
  wanted: readonly WantedZone[],
): ZoneRecord[] {
  const zones: ZoneRecord[] = [];
  try {
    for (const zone of wanted) zones.push(addInterface(world, loadBalancer, zone));
  } catch (error) {
    for (const { interfaceId } of zones) removeInterface(world, interfaceId);
    throw error;
  }
  return zones;
}

function addInterface(
  world: World,
  loadBalancer: Pick<LoadBalancerRecord, "id" | "vpcId" | "groupIds" | "type">,
  { subnet, allocationId }: WantedZone,
): ZoneRecord {
  const { id: interfaceId, privateIp } = createInterface(world, {
    vpcId: loadBalancer.vpcId,
    subnetId: subnet.id,
    groupIds: loadBalancer.groupIds,
    description: `ELB ${loadBalancer.id}`,
    requesterId: "amazon-elb",
    member: { kind: "load-balancer", id: loadBalancer.id },
    allocationId,
    keepsSource: typeOf(loadBalancer) === "network",
  });
  const zone = { subnetId: subnet.id, zoneName: subnet.availabilityZone, interfaceId, privateIp };
  if (allocationId === undefined) return zone;
  return { ...zone, allocationId, publicIp: world.ec2.data.elasticIps[allocationId]?.publicIp };
}

export async function removeInterfaces(world: World, zones: readonly ZoneRecord[]): Promise<void> {
  for (const { interfaceId } of zones) await detachInterface(world, interfaceId);
}
