import { randomUUID } from "node:crypto";
import type { World } from "../world.ts";
import type { ActivityRecord, GroupRecord, MemberRecord } from "./records.ts";

/** AWS keeps six weeks; so many for each group are enough here. */
const kept = 200;

interface Beginning {
  readonly description: string;
  readonly cause: string;
  readonly status: ActivityRecord["status"];
  readonly member: Pick<MemberRecord, "subnetId" | "zone">;
}

/** Takes down that something begins; the caller saves. Returns its id. */
export function beginActivity(world: World, group: GroupRecord, beginning: Beginning): string {
  const { activities } = world.autoscaling.data;
  const { description, cause, status, member } = beginning;
  const id = randomUUID();
  activities[id] = {
    id,
    groupName: group.name,
    groupArn: group.arn,
    description,
    cause,
    status,
    details: JSON.stringify({ "Subnet ID": member.subnetId, "Availability Zone": member.zone }),
    startedAt: world.now().toISOString(),
  };
  const own = Object.values(activities).filter(({ groupName, endedAt }) => groupName === group.name && endedAt);
  for (const { id: old } of own.slice(0, Math.max(0, own.length - kept))) delete activities[old];
  return id;
}

export function endActivity(world: World, id: string, status: ActivityRecord["status"], message?: string): void {
  const activity = world.autoscaling.data.activities[id];
  if (!activity || activity.endedAt !== undefined) return;
  Object.assign(activity, { status, message, endedAt: world.now().toISOString() });
}

/** How AWS writes times in causes: 2026-01-01T00:00:00Z */
export const at = (world: World): string => `At ${world.now().toISOString().slice(0, 19)}Z`;
