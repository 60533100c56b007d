import type { World } from "../world.ts";
import { groupNotFound, invalid } from "./errors.ts";
import type { GroupRecord, MemberRecord } from "./records.ts";

export function getGroup({ autoscaling }: World, name: string | undefined): GroupRecord {
  const found = name !== undefined && Object.hasOwn(autoscaling.data.groups, name) && autoscaling.data.groups[name];
  if (!found) throw groupNotFound();
  return found;
}

/** The group that an instance belongs to. */
export function getMember(
  { autoscaling }: World,
  instanceId: string | undefined,
  groupName?: string,
): { group: GroupRecord; member: MemberRecord } {
  const member = Object.values(autoscaling.data.members).find(
    (it) => instanceId !== undefined && it.instanceId === instanceId && it.groupName === (groupName ?? it.groupName),
  );
  const group = member && autoscaling.data.groups[member.groupName];
  if (group) return { group, member };
  throw invalid(`Instance Id not found - No managed instance found for instance ID ${instanceId ?? ""}`);
}

export function membersOf({ autoscaling }: World, { name }: GroupRecord): MemberRecord[] {
  return Object.values(autoscaling.data.members).filter(({ groupName }) => groupName === name);
}

/** Those that count: what is on its way out is made up for at once. */
export function activeMembers(world: World, group: GroupRecord): MemberRecord[] {
  return membersOf(world, group).filter(({ lifecycle }) => lifecycle !== "Terminating");
}
