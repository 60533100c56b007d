import type { World } from "../world.ts";
import { at } from "./activities.ts";
import { activeMembers } from "./find.ts";
import type { TargetStates } from "./health.ts";
import type { GroupRecord, MemberRecord, RefreshRecord } from "./records.ts";
import { endRefresh, isOutdated } from "./refresh-state.ts";
import { takeOut } from "./terminating.ts";

/** How many instances more than desired a refresh wants now, so that it launches before it terminates. */
export function surplusOf(world: World, group: GroupRecord, refresh: RefreshRecord | undefined): number {
  if (!refresh || refresh.status === "Baking" || refresh.status === "Pending") return 0;
  const { maxHealthyPercentage } = refresh.preferences;
  if (maxHealthyPercentage <= 100) return 0;
  const most = Math.max(1, Math.floor((group.desired * maxHealthyPercentage) / 100) - group.desired);
  return Math.min(most, outdatedOf(world, group, refresh).length);
}

/** One look at a refresh; the caller saves. Returns whether anything changed. */
export function advanceRefresh(
  world: World,
  group: GroupRecord,
  refresh: RefreshRecord,
  states: TargetStates,
): boolean {
  if (refresh.failure !== undefined) return giveUp(world, group, refresh, refresh.failure);
  const outdated = outdatedOf(world, group, refresh);
  if (refresh.status === "Pending") {
    Object.assign(refresh, { status: "InProgress", total: outdated.length, remaining: outdated.length });
    return true;
  }
  if (refresh.status === "Baking") return finishBaking(world, group, refresh);
  const ready = activeMembers(world, group).filter((member) => isReady(world, group, refresh, member, states));
  const isChanged = replaceSome(world, group, refresh, { outdated, ready: ready.length });
  const isDone = outdated.length === 0 && ready.length === group.desired && !isChanged;
  if (isDone && activeMembers(world, group).length === group.desired) return complete(world, group, refresh);
  const renewed = ready.filter((member) => !outdated.includes(member)).length;
  const remaining = Math.max(outdatedOf(world, group, refresh).length, refresh.total - renewed);
  if (remaining === refresh.remaining) return isChanged;
  refresh.remaining = remaining;
  return true;
}

function outdatedOf(world: World, group: GroupRecord, refresh: RefreshRecord): MemberRecord[] {
  return activeMembers(world, group).filter((member) => isOutdated(world, group, refresh, member));
}

/** In service, and one that the refresh launched also past its warm-up and healthy for its load balancer. */
function isReady(
  world: World,
  group: GroupRecord,
  refresh: RefreshRecord,
  member: MemberRecord,
  states: TargetStates,
): boolean {
  if (member.lifecycle !== "InService" || member.health !== "Healthy") return false;
  if (member.refreshId !== refresh.id || isOutdated(world, group, refresh, member)) return true;
  const warmMs = world.now().getTime() - Date.parse(member.inServiceAt ?? "");
  if (warmMs < refresh.preferences.warmupSeconds * 1000) return false;
  return group.healthCheckType === "EC2" || states.get(member.instanceId ?? "") === "healthy";
}

/** As many at a time as the healthy percentage leaves; one in any case, else a small group would never get anywhere. */
function replaceSome(
  world: World,
  group: GroupRecord,
  refresh: RefreshRecord,
  { outdated, ready }: { readonly outdated: readonly MemberRecord[]; readonly ready: number },
): boolean {
  const { minHealthyPercentage, maxHealthyPercentage, isProtectedIncluded } = refresh.preferences;
  const percentage = Math.ceil((group.desired * minHealthyPercentage) / 100);
  const least = maxHealthyPercentage > 100 ? percentage : Math.min(percentage, group.desired - 1);
  const may = outdated.filter(({ isProtected }) => !isProtected || isProtectedIncluded === "Refresh");
  // What is not in service serves nobody: it is not counted, and goes first.
  const idle = may.filter(({ lifecycle, health }) => lifecycle !== "InService" || health !== "Healthy");
  const serving = may.filter((member) => !idle.includes(member));
  const victims = [...idle, ...serving.slice(0, Math.max(0, ready - least))];
  for (const member of victims) {
    takeOut(
      world,
      group,
      member,
      `${at(world)} an instance was taken out of service in response to an instance refresh.`,
    );
  }
  if (victims.length > 0) group.cause ??= `${at(world)} an instance was launched in response to an instance refresh.`;
  return victims.length > 0;
}

function complete(world: World, group: GroupRecord, refresh: RefreshRecord): boolean {
  refresh.remaining = 0;
  if (refresh.status === "RollbackInProgress") {
    endRefresh(world, refresh, "RollbackSuccessful");
    return true;
  }
  if (refresh.preferences.bakeSeconds > 0) {
    Object.assign(refresh, { status: "Baking", bakedFrom: world.now().toISOString() });
    return true;
  }
  return succeed(world, group, refresh);
}

function finishBaking(world: World, group: GroupRecord, refresh: RefreshRecord): boolean {
  const bakedMs = world.now().getTime() - Date.parse(refresh.bakedFrom ?? "");
  return bakedMs >= refresh.preferences.bakeSeconds * 1000 && succeed(world, group, refresh);
}

function succeed(world: World, group: GroupRecord, refresh: RefreshRecord): boolean {
  if (refresh.desired) group.template = refresh.desired;
  endRefresh(world, refresh, "Successful");
  return true;
}

function giveUp(world: World, group: GroupRecord, refresh: RefreshRecord, failure: string): boolean {
  if (refresh.status === "RollbackInProgress") endRefresh(world, refresh, "RollbackFailed", failure);
  else if (refresh.preferences.autoRollback) beginRollback(world, group, refresh, failure);
  else endRefresh(world, refresh, "Failed", failure);
  refresh.failure = undefined;
  return true;
}

/** From here on new instances are what the group had before. */
export function beginRollback(world: World, group: GroupRecord, refresh: RefreshRecord, reason: string): void {
  const { remaining, total } = refresh;
  refresh.rollback = {
    reason,
    startedAt: world.now().toISOString(),
    percentage: percentageOf(refresh),
    remaining,
  };
  Object.assign(refresh, { status: "RollbackInProgress", reason, bakedFrom: undefined });
  refresh.remaining = outdatedOf(world, group, refresh).length;
  refresh.total = Math.max(refresh.remaining, total - remaining);
}

export function percentageOf({ status, total, remaining }: RefreshRecord): number {
  if (status === "Pending") return 0;
  return total === 0 ? 100 : Math.floor((100 * (total - remaining)) / total);
}
