import type { World } from "../world.ts";
import { membersOf } from "./find.ts";
import { placesOf } from "./placement.ts";
import type { ActivityRecord, GroupRecord, MemberRecord, RefreshRecord, ScheduledActionRecord } from "./records.ts";
import { percentageOf } from "./refresh.ts";
import { specificationOf } from "./templates.ts";

/** Records as Auto Scaling shows them; the actions check them against the SDK's types. */
export function groupShape(world: World, group: GroupRecord) {
  const targetGroups = group.targetGroups.filter(({ state }) => state !== "Removing");
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: specificationOf(group.template),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.defaultCooldown,
    AvailabilityZones: [...new Set(placesOf(world, group).map(({ zone }) => zone))],
    LoadBalancerNames: [],
    TargetGroupARNs: targetGroups.map(({ arn }) => arn),
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.graceSeconds,
    Instances: membersOf(world, group).flatMap((member) => memberShape(world, member) ?? []),
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: group.suspended.map((ProcessName) => ({
      ProcessName,
      SuspensionReason: "User suspended",
    })),
    VPCZoneIdentifier: group.subnetIds.join(","),
    EnabledMetrics: [],
    Status: group.isLeaving ? "Delete in progress" : undefined,
    Tags: tagShapes(world, group.name),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.protectsNew,
    ServiceLinkedRoleARN: `arn:aws:iam::${world.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    CapacityRebalance: false,
    DefaultInstanceWarmup: group.warmupSeconds,
    TrafficSources: targetGroups.map(({ arn }) => ({ Identifier: arn, Type: "elbv2" })),
  };
}

/** Undefined as long as EC2 has no instance for it. */
export function memberShape(world: World, member: MemberRecord) {
  if (member.instanceId === undefined) return undefined;
  return {
    InstanceId: member.instanceId,
    InstanceType: world.ec2.instance(member.instanceId)?.instanceType,
    AvailabilityZone: member.zone,
    LifecycleState: member.lifecycle,
    HealthStatus: member.health,
    LaunchTemplate: specificationOf(member.template),
    ProtectedFromScaleIn: member.isProtected,
  };
}

export function tagShapes({ autoscaling }: World, groupName: string) {
  return Object.entries(autoscaling.data.tags[groupName] ?? {}).map(([Key, { value, propagates }]) => ({
    ResourceId: groupName,
    ResourceType: "auto-scaling-group",
    Key,
    Value: value,
    PropagateAtLaunch: propagates,
  }));
}

export function activityShape(world: World, activity: ActivityRecord) {
  const group = world.autoscaling.data.groups[activity.groupName];
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.groupName,
    AutoScalingGroupARN: activity.groupArn,
    AutoScalingGroupState: group?.arn === activity.groupArn ? undefined : "Deleted",
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    EndTime: activity.endedAt === undefined ? undefined : new Date(activity.endedAt),
    StatusCode: activity.status,
    StatusMessage: activity.message,
    Progress: activity.endedAt === undefined ? 50 : 100,
    Details: activity.details,
  };
}

export function scheduledShape({ name, arn, groupName, startAt, min, max, desired }: ScheduledActionRecord) {
  return {
    AutoScalingGroupName: groupName,
    ScheduledActionName: name,
    ScheduledActionARN: arn,
    Time: new Date(startAt),
    StartTime: new Date(startAt),
    MinSize: min,
    MaxSize: max,
    DesiredCapacity: desired,
  };
}

export function refreshShape(refresh: RefreshRecord) {
  const { preferences, rollback } = refresh;
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: refresh.groupName,
    Status: refresh.status,
    StatusReason: refresh.reason,
    StartTime: new Date(refresh.startedAt),
    EndTime: refresh.endedAt === undefined ? undefined : new Date(refresh.endedAt),
    PercentageComplete: percentageOf(refresh),
    InstancesToUpdate: refresh.remaining,
    Preferences: {
      MinHealthyPercentage: preferences.minHealthyPercentage,
      MaxHealthyPercentage: preferences.maxHealthyPercentage,
      InstanceWarmup: preferences.warmupSeconds,
      BakeTime: preferences.bakeSeconds,
      SkipMatching: preferences.skipMatching,
      AutoRollback: preferences.autoRollback,
      ScaleInProtectedInstances: preferences.isProtectedIncluded,
      StandbyInstances: "Wait" as const,
    },
    DesiredConfiguration: refresh.desired && { LaunchTemplate: specificationOf(refresh.desired) },
    RollbackDetails: rollback && {
      RollbackReason: rollback.reason,
      RollbackStartTime: new Date(rollback.startedAt),
      PercentageCompleteOnRollback: rollback.percentage,
      InstancesToUpdateOnRollback: rollback.remaining,
    },
  };
}
