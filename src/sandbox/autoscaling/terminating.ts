import { terminate } from "../ec2/life.ts";
import { secondsOf } from "../elbv2/attributes.ts";
import { usersOf } from "../elbv2/associations.ts";
import { deregister } from "../elbv2/registration.ts";
import type { TargetGroupRecord } from "../elbv2/store.ts";
import type { World } from "../world.ts";
import { beginActivity, endActivity } from "./activities.ts";
import type { GroupRecord, MemberRecord } from "./records.ts";

/** Takes down that a member goes; the caller saves. What follows is `advance`'s. Returns the activity's id. */
export function takeOut(world: World, group: GroupRecord, member: MemberRecord, cause: string): string {
  // A launch that is still under way is not waited for.
  endActivity(world, member.activityId, "Cancelled");
  const drains = needsDraining(world, group, member);
  const activityId = beginActivity(world, group, {
    description: `Terminating EC2 instance: ${member.instanceId ?? ""}`,
    cause,
    status: drains ? "WaitingForELBConnectionDraining" : "InProgress",
    member,
  });
  Object.assign(member, {
    lifecycle: "Terminating",
    activityId,
    ...(drains ? { drainedFrom: world.now().toISOString() } : {}),
  });
  return activityId;
}

/** Goes on with a member that is on its way out: deregistered, drained, terminated, forgotten. */
export async function advance(world: World, group: GroupRecord, member: MemberRecord): Promise<void> {
  const instance = world.ec2.instance(member.instanceId ?? "");
  if (!instance || instance.state === "terminated") {
    await world.autoscaling.note(() => {
      endActivity(world, member.activityId, "Successful");
      delete world.autoscaling.data.members[member.token];
    });
    return;
  }
  if (instance.state === "shutting-down") return;
  await leaveTargetGroups(world, group, member);
  if (member.drainedFrom !== undefined && instance.state === "running" && isDraining(world, group, member)) return;
  await world.autoscaling.note(() => {
    const activity = world.autoscaling.data.activities[member.activityId];
    if (activity) activity.status = "InProgress";
  });
  const begin = terminate(world, instance);
  await world.ec2.save();
  begin();
}

/** The target groups of a group that are there. */
export function targetGroupsOf({ elbv2 }: World, group: GroupRecord): TargetGroupRecord[] {
  return group.targetGroups.flatMap(({ arn }) => elbv2.data.targetGroups[arn] ?? []);
}

async function leaveTargetGroups(world: World, group: GroupRecord, { instanceId }: MemberRecord): Promise<void> {
  for (const targets of targetGroupsOf(world, group)) {
    const own = targets.targets.filter(({ id, drainedAt }) => id === instanceId && drainedAt === undefined);
    if (own.length > 0) await deregister(world, targets, own);
  }
}

function needsDraining(world: World, group: GroupRecord, { instanceId, lifecycle }: MemberRecord): boolean {
  return (
    lifecycle === "InService" &&
    !group.isLeaving &&
    world.ec2.instance(instanceId ?? "")?.state === "running" &&
    targetGroupsOf(world, group).some(({ targets }) => targets.some(({ id }) => id === instanceId))
  );
}

/** Auto Scaling waits for the whole deregistration delay of each target group that a load balancer uses. */
function isDraining(world: World, group: GroupRecord, { drainedFrom = "" }: MemberRecord): boolean {
  if (group.isLeaving) return false;
  const delays = targetGroupsOf(world, group)
    .filter(({ arn }) => usersOf(world, arn).length > 0)
    .map(({ attributes }) => secondsOf(attributes, "deregistration_delay.timeout_seconds"));
  return world.now().getTime() - Date.parse(drainedFrom) < Math.max(0, ...delays) * 1000;
}
