import type {
  CreateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandInput,
} from "@aws-sdk/client-auto-scaling";
import type { World } from "../world.ts";
import { invalid, notSupported } from "./errors.ts";
import type { GroupRecord } from "./records.ts";

type Input = Partial<CreateAutoScalingGroupCommandInput & UpdateAutoScalingGroupCommandInput>;

/** What the sandbox cannot do is refused, not quietly left out. */
const unsupported = [
  "AvailabilityZoneDistribution",
  "AvailabilityZoneImpairmentPolicy",
  "CapacityReservationSpecification",
  "DeletionProtection",
  "InstanceId",
  "InstanceLifecyclePolicy",
  "InstanceMaintenancePolicy",
  "LaunchConfigurationName",
  "LifecycleHookSpecificationList",
  "LoadBalancerNames",
  "MaxInstanceLifetime",
  "MixedInstancesPolicy",
  "PlacementGroup",
] as const satisfies readonly (keyof Input)[];

const policies = ["Default", "OldestInstance", "NewestInstance", "OldestLaunchTemplate"];

export function checkSupported(input: Input): void {
  for (const name of unsupported) {
    const value: unknown = input[name];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== 0;
    if (isGiven) throw notSupported(name);
  }
  if (input.CapacityRebalance) throw notSupported("CapacityRebalance");
  const policy = input.TerminationPolicies?.find((it) => !policies.includes(it));
  if (policy !== undefined) throw notSupported(`the termination policy '${policy}'`);
}

type Sizes = Pick<GroupRecord, "min" | "max" | "desired">;

/** Capacities with what a request changes. A desired capacity that is not given follows the limits. */
export function sizesFrom(input: Input, present: Sizes): Sizes {
  const { MinSize: min = present.min, MaxSize: max = present.max, DesiredCapacity } = input;
  if (min < 0 || max < 0) throw invalid("Sizes must not be negative");
  if (min > max)
    throw invalid("Max bound, " + String(max) + ", must be greater than or equal to min bound, " + String(min));
  const desired = DesiredCapacity ?? Math.min(max, Math.max(min, present.desired));
  if (desired < min || desired > max) {
    throw invalid(`Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`);
  }
  return { min, max, desired };
}

/** The subnets that a request names, all in one VPC, each zone as often as it likes. */
export function subnetsFrom({ ec2 }: World, { VPCZoneIdentifier = "", AvailabilityZones }: Input): string[] {
  const ids = [...new Set(VPCZoneIdentifier.split(",").map((id) => id.trim()))].filter(Boolean);
  if (ids.length === 0) {
    throw invalid("The sandbox has no default VPC: at least one subnet must be specified (VPCZoneIdentifier)");
  }
  const subnets = ids.map((id) => {
    const subnet = ec2.data.subnets[id];
    if (!subnet) throw invalid(`The subnet ID '${id}' does not exist`);
    return subnet;
  });
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1) throw invalid("The subnets must be in one VPC");
  const zones = subnets.map(({ availabilityZone }) => availabilityZone);
  const stray = AvailabilityZones?.find((zone) => !zones.includes(zone));
  if (stray !== undefined) {
    throw invalid(`The availability zones of the specified subnets and the Auto Scaling group do not match: ${stray}`);
  }
  return ids;
}

export function targetGroupsFrom({ elbv2 }: World, arns: readonly string[] | undefined): string[] {
  for (const arn of arns ?? []) {
    if (!Object.hasOwn(elbv2.data.targetGroups, arn)) {
      throw invalid(`Provided Target Groups may not be valid. Please ensure they exist and try again: ${arn}`);
    }
    if (elbv2.data.targetGroups[arn]?.targetType !== "instance") {
      throw invalid("Only target groups with target type 'instance' can be attached to an Auto Scaling group");
    }
  }
  return [...new Set(arns)];
}

export function healthCheckTypeFrom(type: string | undefined, present: GroupRecord["healthCheckType"]) {
  if (type === undefined) return present;
  const types = type.split(",").map((it) => it.trim());
  const unknown = types.find((it) => it !== "EC2" && it !== "ELB");
  if (unknown !== undefined) throw notSupported(`health checks of type '${unknown}'`);
  return types.includes("ELB") ? "ELB" : "EC2";
}

export function secondsFrom(value: number | undefined, present: number, name: string): number {
  if (value === undefined) return present;
  if (value < 0 || value > 172_800) throw invalid(`${name} must be between 0 and 172800 seconds`);
  return value;
}
