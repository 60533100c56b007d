import type { SubnetMapping } from "@aws-sdk/client-elastic-load-balancing-v2";
import { createInterface, detachInterface, removeInterface } from "../ec2/interfaces.ts";
import type { SubnetRecord } from "../ec2/records.ts";
import type { World } from "../world.ts";
import { invalid } from "./errors.ts";
import type { LoadBalancerRecord, ZoneRecord } from "./store.ts";

/** The subnets that a request names in one of the two ways. */
export function wantedSubnets(
  subnets: readonly string[] | undefined,
  mappings: readonly SubnetMapping[] | undefined,
): string[] {
  if (subnets?.length && mappings?.length) throw invalid("Subnets and subnet mappings cannot be specified together");
  return [...new Set([...(subnets ?? []), ...(mappings ?? []).flatMap(({ SubnetId }) => SubnetId ?? [])])];
}

/** One network interface in each subnet, or none. The packet filter follows with the container: see the data plane. */
export function addInterfaces(
  world: World,
  loadBalancer: Pick<LoadBalancerRecord, "id" | "vpcId" | "groupIds">,
  subnets: readonly SubnetRecord[],
): ZoneRecord[] {
  const zones: ZoneRecord[] = [];
  try {
    for (const subnet of subnets) zones.push(addInterface(world, loadBalancer, subnet));
  } catch (error) {
    for (const { interfaceId } of zones) removeInterface(world, interfaceId);
    throw error;
  }
  return zones;
}

function addInterface(
  world: World,
  loadBalancer: Pick<LoadBalancerRecord, "id" | "vpcId" | "groupIds">,
  subnet: SubnetRecord,
): ZoneRecord {
  const { id: interfaceId, privateIp } = createInterface(world, {
    vpcId: loadBalancer.vpcId,
    subnetId: subnet.id,
    groupIds: loadBalancer.groupIds,
    description: `ELB ${loadBalancer.id}`,
    requesterId: "amazon-elb",
    member: { kind: "load-balancer", id: loadBalancer.id },
  });
  return { subnetId: subnet.id, zoneName: subnet.availabilityZone, interfaceId, privateIp };
}

export async function removeInterfaces(world: World, zones: readonly ZoneRecord[]): Promise<void> {
  for (const { interfaceId } of zones) await detachInterface(world, interfaceId);
}
