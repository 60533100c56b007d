import type { World } from "../world.ts";
import type { InstanceRecord, SubnetRecord } from "../ec2/records.ts";
import { AwsError } from "../wire/action.ts";
import { invalidConfiguration } from "./errors.ts";
import type { LoadBalancerType, TargetGroupRecord, TargetRecord } from "./store.ts";

// What a load balancer needs to know of EC2.

/** The subnets for a load balancer: one VPC, one subnet in each zone; an application load balancer has two zones at least. */
export function checkSubnets(
  world: World,
  subnetIds: readonly string[],
  type: LoadBalancerType = "application",
): SubnetRecord[] {
  const subnets = subnetIds.map((id) => {
    const subnet = world.ec2.data.subnets[id];
    if (!subnet) throw new AwsError("SubnetNotFound", `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const zones = new Set(subnets.map(({ availabilityZone }) => availabilityZone));
  if (zones.size === 0) throw new AwsError("ValidationError", "At least one subnet must be specified");
  if (zones.size < 2 && type === "application") {
    throw new AwsError("ValidationError", "At least two subnets in two different Availability Zones must be specified");
  }
  if (zones.size < subnets.length) {
    throw invalidConfiguration("A load balancer cannot be attached to multiple subnets in the same Availability Zone");
  }
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) {
    throw invalidConfiguration("All subnets must belong to the same VPC");
  }
  return subnets;
}

/** An internet-facing load balancer without a way to the internet would be made but never be reached. */
export function checkInternetGateway(world: World, vpcId: string): void {
  if (Object.values(world.ec2.data.internetGateways).some((gateway) => gateway.vpcId === vpcId)) return;
  throw new AwsError("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
}

/** The groups' ids; without any, the VPC's default group. */
export function checkSecurityGroups(world: World, vpcId: string, groupIds: readonly string[] | undefined): string[] {
  const groups = Object.values(world.ec2.data.securityGroups);
  if (!groupIds?.length) {
    return groups.filter((group) => group.vpcId === vpcId && group.name === "default").map(({ id }) => id);
  }
  for (const id of groupIds) {
    const group = groups.find((candidate) => candidate.id === id);
    if (!group) throw new AwsError("InvalidSecurityGroup", `The security group '${id}' does not exist`);
    if (group.vpcId !== vpcId) {
      throw invalidConfiguration(`One or more security groups are invalid: '${id}' does not belong to VPC '${vpcId}'`);
    }
  }
  return [...new Set(groupIds)];
}

/** The instance behind a target, unless it is gone for good. */
export function instanceOf(world: World, target: Pick<TargetRecord, "id">): InstanceRecord | undefined {
  const instance = world.ec2.instance(target.id);
  return instance && instance.state !== "terminated" ? instance : undefined;
}

/** Where a target is reached inside the VPC. */
export function addressOf(
  world: World,
  group: Pick<TargetGroupRecord, "targetType">,
  target: Pick<TargetRecord, "id">,
): string | undefined {
  return group.targetType === "ip" ? target.id : instanceOf(world, target)?.privateIp;
}
