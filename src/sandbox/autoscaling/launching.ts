import { randomUUID } from "node:crypto";
import { beginLaunches, launchInstances } from "../ec2/launch.ts";
import type { World } from "../world.ts";
import { at, beginActivity, endActivity } from "./activities.ts";
import { activeMembers } from "./find.ts";
import { choosePlace } from "./placement.ts";
import type { GroupRecord, MemberRecord, RefreshRecord, TemplateReference } from "./records.ts";
import { noteFailure } from "./refresh-state.ts";
import { resolved } from "./templates.ts";

const firstBackoffSeconds = 2;
const longestBackoffSeconds = 120;

export interface Launch {
  readonly template: TemplateReference;
  readonly cause: string;
  readonly refresh?: RefreshRecord | undefined;
}

/** Takes down that an instance is to be launched; the caller saves. `carryOut` then does it. */
export function addMember(
  world: World,
  group: GroupRecord,
  { template, cause, refresh }: Launch,
): MemberRecord | undefined {
  const place = choosePlace(world, group);
  const chosen = resolved(world, template);
  if (!place || !chosen) {
    waitAfterFailure(world, group, place?.zone ?? "");
    return undefined;
  }
  const count = activeMembers(world, group).length;
  const member: MemberRecord = {
    token: randomUUID(),
    groupName: group.name,
    subnetId: place.subnetId,
    zone: place.zone,
    template: chosen,
    startedAt: world.now().toISOString(),
    lifecycle: "Pending",
    health: "Healthy",
    isProtected: group.protectsNew,
    activityId: beginActivity(world, group, {
      description: "Launching a new EC2 instance",
      cause: `${cause}  ${at(world)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${count} to ${count + 1}.`,
      status: "PreInService",
      member: place,
    }),
    refreshId: refresh?.id,
  };
  world.autoscaling.data.members[member.token] = member;
  return member;
}

/** The launch itself, once for each member however often it is asked for. A refusal by EC2 ends the member. */
export async function carryOut(world: World, group: GroupRecord, member: MemberRecord): Promise<void> {
  const tags = Object.entries(world.autoscaling.data.tags[group.name] ?? {}).filter(([, { propagates }]) => propagates);
  const Tags = tags.map(([Key, { value: Value }]) => ({ Key, Value }));
  try {
    const { instances, isNew } = await launchInstances(
      world,
      group.region,
      {
        LaunchTemplate: { LaunchTemplateId: member.template.id, Version: member.template.version },
        SubnetId: member.subnetId,
        MinCount: 1,
        MaxCount: 1,
        ClientToken: member.token,
        ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: "instance", Tags }] } : {}),
      },
      { "aws:autoscaling:groupName": group.name },
    );
    const [instance] = instances;
    if (!instance) throw new Error("EC2 made no instance");
    await world.autoscaling.note(() => {
      member.instanceId = instance.id;
      const activity = world.autoscaling.data.activities[member.activityId];
      if (activity) activity.description = `Launching a new EC2 instance: ${instance.id}`;
    });
    if (isNew) beginLaunches(world, instances);
  } catch (error) {
    await launchFailed(world, group, member, error instanceof Error ? error.message : String(error));
  }
}

/** The next launch waits, longer each time. */
export async function launchFailed(world: World, group: GroupRecord, member: MemberRecord, why: string): Promise<void> {
  await world.autoscaling.note(() => {
    endActivity(world, member.activityId, "Failed", `${why} Launching EC2 instance failed.`);
    delete world.autoscaling.data.members[member.token];
    waitAfterFailure(world, group, member.zone);
    noteFailure(world, member, `The launch of an instance failed: ${why}`);
  });
}

function waitAfterFailure(world: World, group: GroupRecord, zone: string): void {
  const seconds = Math.min((group.backoff?.seconds ?? firstBackoffSeconds / 2) * 2, longestBackoffSeconds);
  const until = new Date(world.now().getTime() + seconds * 1000).toISOString();
  group.backoff = { until, seconds, zone };
}
