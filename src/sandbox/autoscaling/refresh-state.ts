import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import type { GroupRecord, MemberRecord, RefreshRecord, TemplateReference } from "./records.ts";
import { isSame, resolved } from "./templates.ts";

const activeStates: readonly RefreshRecord["status"][] = ["Pending", "InProgress", "Baking", "RollbackInProgress"];

/** The one refresh of a group that is under way. */
export function activeRefresh({ autoscaling }: World, groupName: string): RefreshRecord | undefined {
  return Object.values(autoscaling.data.refreshes).find(
    (refresh) => refresh.groupName === groupName && activeStates.includes(refresh.status),
  );
}

export function getActiveRefresh(world: World, groupName: string): RefreshRecord {
  const refresh = activeRefresh(world, groupName);
  if (refresh) return refresh;
  throw new AwsError(
    "ActiveInstanceRefreshNotFound",
    `No in progress or pending Instance Refresh found for Auto Scaling group ${groupName}`,
  );
}

/** What new instances are made of now. */
export function templateFor(group: GroupRecord, refresh: RefreshRecord | undefined): TemplateReference {
  return refresh?.desired && refresh.status !== "RollbackInProgress" ? refresh.desired : group.template;
}

/** Whether a refresh still has to replace a member. */
export function isOutdated(world: World, group: GroupRecord, refresh: RefreshRecord, member: MemberRecord): boolean {
  if (member.isProtected && refresh.preferences.isProtectedIncluded === "Ignore") return false;
  const target = templateFor(group, refresh);
  if (refresh.status === "RollbackInProgress") {
    const isOfRefresh = member.refreshId === refresh.id && member.startedAt < (refresh.rollback?.startedAt ?? "");
    return isOfRefresh && !isSame(member.template, resolved(world, target));
  }
  if (member.refreshId === refresh.id || member.startedAt >= refresh.startedAt) return false;
  return !(refresh.preferences.skipMatching && isSame(member.template, resolved(world, target)));
}

/** An instance that a refresh made has failed: that is what the refresh is judged by. The caller saves. */
export function noteFailure(world: World, { refreshId }: MemberRecord, failure: string): void {
  const refresh = refreshId === undefined ? undefined : world.autoscaling.data.refreshes[refreshId];
  if (refresh && activeStates.includes(refresh.status)) refresh.failure ??= failure;
}

export function endRefresh(
  world: World,
  refresh: RefreshRecord,
  status: RefreshRecord["status"],
  reason?: string,
): void {
  Object.assign(refresh, { status, reason: reason ?? refresh.reason, endedAt: world.now().toISOString() });
}
