import { targetHealths } from "../elbv2/target-health.ts";
import type { World } from "../world.ts";
import { at } from "./activities.ts";
import { membersOf } from "./find.ts";
import type { GroupRecord, MemberRecord } from "./records.ts";
import { noteFailure } from "./refresh-state.ts";
import { takeOut, targetGroupsOf } from "./terminating.ts";

/** What the load balancers say of each instance: the worst of its target groups. */
export type TargetStates = ReadonlyMap<string, "healthy" | "initial" | "unhealthy">;

const worstFirst = ["unhealthy", "initial", "healthy"] as const;

/** Asked only where the group's health follows from it. */
export async function targetStatesOf(world: World, group: GroupRecord): Promise<TargetStates> {
  const states = new Map<string, (typeof worstFirst)[number]>();
  if (group.healthCheckType !== "ELB" || membersOf(world, group).length === 0) return states;
  for (const targets of targetGroupsOf(world, group)) {
    for (const { target, health } of await targetHealths(world, targets)) {
      const state = health.State === "unhealthy" || health.State === "healthy" ? health.State : "initial";
      const before = states.get(target.id) ?? "healthy";
      states.set(target.id, worstFirst.find((it) => it === state || it === before) ?? state);
    }
  }
  return states;
}

/** Takes out of service what is not healthy. Returns whether there was anything; the caller saves. */
export function judge(world: World, group: GroupRecord, states: TargetStates): boolean {
  let isChanged = false;
  for (const member of membersOf(world, group)) {
    if (member.lifecycle !== "InService") continue;
    const why = complaint(world, group, member, states);
    if (why === undefined) continue;
    isChanged = true;
    member.health = "Unhealthy";
    if (group.suspended.includes("ReplaceUnhealthy")) continue;
    noteFailure(world, member, `The instance ${member.instanceId ?? ""} was found unhealthy`);
    takeOut(world, group, member, `${at(world)} an instance was taken out of service in response to ${why}.`);
    group.cause ??= `${at(world)} an instance was launched in response to an unhealthy instance needing to be replaced.`;
  }
  return isChanged;
}

/** In the words of an activity's cause. */
function complaint(world: World, group: GroupRecord, member: MemberRecord, states: TargetStates): string | undefined {
  if (member.health === "Unhealthy") return "a user health-check";
  if (group.suspended.includes("HealthCheck")) return undefined;
  const state = world.ec2.instance(member.instanceId ?? "")?.state ?? "terminated";
  // Not held back by the grace period: what does not run will not become healthy.
  if (state !== "running") return "an EC2 health check indicating it has been terminated or stopped";
  const isElb = group.healthCheckType === "ELB" && states.get(member.instanceId ?? "") === "unhealthy";
  return isElb && !isInGrace(world, group, member) ? "an ELB system health check failure" : undefined;
}

/** When a daemon began to keep groups: its hosts may have been started with it, and need as long as new ones. */
const since = new WeakMap<World, number>();

export const beginGrace = (world: World): void => void since.set(world, world.now().getTime());

export function isInGrace(world: World, { graceSeconds }: GroupRecord, { inServiceAt }: MemberRecord): boolean {
  if (inServiceAt === undefined) return false;
  const startedAt = Math.max(Date.parse(inServiceAt), since.get(world) ?? 0);
  return world.now().getTime() - startedAt < graceSeconds * 1000;
}
