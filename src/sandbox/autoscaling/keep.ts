import { deregister, register } from "../elbv2/registration.ts";
import type { World } from "../world.ts";
import { at, endActivity } from "./activities.ts";
import { activeMembers, membersOf } from "./find.ts";
import { judge, targetStatesOf, type TargetStates } from "./health.ts";
import { addMember, carryOut, launchFailed } from "./launching.ts";
import { chooseVictim, imbalance } from "./placement.ts";
import type { GroupRecord, MemberRecord } from "./records.ts";
import { activeRefresh, noteFailure, templateFor } from "./refresh-state.ts";
import { advanceRefresh, surplusOf } from "./refresh.ts";
import { carryOutScheduled } from "./scheduled.ts";
import { advance, takeOut, targetGroupsOf } from "./terminating.ts";
import { resolved } from "./templates.ts";

/**
 * One look at a group: sees what became of its instances, takes out what is unhealthy, and launches or terminates until
 * there are as many as wanted. What it means to do is on disk before it does it, so another daemon can go on anywhere.
 */
export async function keepGroup(world: World, name: string): Promise<void> {
  const group = world.autoscaling.data.groups[name];
  if (!group) return;
  for (const member of membersOf(world, group)) await follow(world, group, member);
  await keepTargetGroups(world, group);
  if (group.isLeaving) return leave(world, group);
  await carryOutScheduled(world, group);
  const states = await targetStatesOf(world, group);
  if (decide(world, group, states)) await world.autoscaling.save();
  // At once, so that a new instance does not wait for the next look.
  for (const member of membersOf(world, group)) {
    if (member.instanceId === undefined && member.lifecycle === "Pending") await carryOut(world, group, member);
    else if (member.lifecycle === "Terminating") await advance(world, group, member);
  }
}

/** A member from its launch to its end. */
async function follow(world: World, group: GroupRecord, member: MemberRecord): Promise<void> {
  if (member.lifecycle === "Terminating") return advance(world, group, member);
  if (member.lifecycle === "InService") return undefined;
  if (member.instanceId === undefined) return carryOut(world, group, member);
  const instance = world.ec2.instance(member.instanceId);
  if (!instance || instance.state === "terminated" || instance.state === "shutting-down") {
    return launchFailed(world, group, member, instance?.stateReason?.message ?? "The instance is gone.");
  }
  if (instance.state === "pending") return undefined;
  if (instance.state === "running") await join(world, group, member);
  await world.autoscaling.note(() => {
    // Somebody may have asked for its end meanwhile.
    if (member.lifecycle !== "Pending") return;
    Object.assign(member, { lifecycle: "InService", inServiceAt: world.now().toISOString() });
    endActivity(world, member.activityId, "Successful");
    group.backoff = undefined;
    if (group.balancing === member.token) group.balancing = undefined;
  });
}

async function join(world: World, group: GroupRecord, { instanceId = "" }: MemberRecord): Promise<void> {
  for (const targets of targetGroupsOf(world, group)) {
    const isLeaving = group.targetGroups.some(({ arn, state }) => arn === targets.arn && state === "Removing");
    if (!isLeaving) await register(world, targets, [{ id: instanceId, port: targets.port }]);
  }
}

/** Target groups that were attached or detached since the last look. */
async function keepTargetGroups(world: World, group: GroupRecord): Promise<void> {
  const changing = group.targetGroups.filter(({ state }) => state !== "InService");
  if (changing.length === 0) return;
  const inService = membersOf(world, group).filter(({ lifecycle }) => lifecycle === "InService");
  for (const reference of changing) {
    const targets = world.elbv2.data.targetGroups[reference.arn];
    if (!targets) continue;
    const own = new Set(membersOf(world, group).map(({ instanceId }) => instanceId));
    if (reference.state === "Removing") {
      const leaving = targets.targets.filter(({ id, drainedAt }) => own.has(id) && drainedAt === undefined);
      if (leaving.length > 0) await deregister(world, targets, leaving);
    } else {
      await register(
        world,
        targets,
        inService.map(({ instanceId = "" }) => ({ id: instanceId, port: targets.port })),
      );
    }
  }
  await world.autoscaling.note(() => {
    group.targetGroups = group.targetGroups
      .filter(({ state }) => state !== "Removing")
      .map(({ arn }) => ({ arn, state: "InService" }));
  });
}

/** What is to be done; only records change. Returns whether they did. */
function decide(world: World, group: GroupRecord, states: TargetStates): boolean {
  let isChanged = judge(world, group, states);
  const refresh = activeRefresh(world, group.name);
  if (refresh) isChanged = advanceRefresh(world, group, refresh, states) || isChanged;
  return adjust(world, group) || isChanged;
}

function adjust(world: World, group: GroupRecord): boolean {
  const refresh = activeRefresh(world, group.name);
  const before = JSON.stringify([membersOf(world, group).length, group.cause, group.balancing]);
  if (group.balancing !== undefined && !membersOf(world, group).some(({ token }) => token === group.balancing)) {
    group.balancing = undefined;
  }
  const wanted = group.desired + surplusOf(world, group, refresh) + (group.balancing === undefined ? 0 : 1);
  const missing = wanted - activeMembers(world, group).length;
  if (missing > 0) launchMore(world, group, missing);
  else if (missing < 0) return terminateSome(world, group, -missing);
  else if (activeMembers(world, group).every(({ lifecycle }) => lifecycle === "InService")) {
    group.cause = undefined;
    if (!refresh) balance(world, group);
  }
  return before !== JSON.stringify([membersOf(world, group).length, group.cause, group.balancing]);
}

function launchMore(world: World, group: GroupRecord, count: number): void {
  if (group.suspended.includes("Launch")) return;
  if (group.backoff && world.now().toISOString() < group.backoff.until) return;
  const refresh = activeRefresh(world, group.name);
  const template = templateFor(group, refresh);
  const byRefresh = refresh && `${at(world)} an instance was launched in response to an instance refresh.`;
  const cause = group.cause ?? byRefresh ?? `${at(world)} an instance was found to be missing.`;
  for (let index = 0; index < count; index += 1) addMember(world, group, { template, cause, refresh });
}

function terminateSome(world: World, group: GroupRecord, count: number): boolean {
  if (group.suspended.includes("Terminate")) return false;
  let isChanged = false;
  for (let index = 0; index < count; index += 1) {
    const member = chooseVictim(world, group, resolved(world, group.template)?.version);
    if (!member) return isChanged;
    const left = activeMembers(world, group).length;
    const cause = `${group.cause ?? `${at(world)} an instance was found to be one too many.`}  ${at(world)} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${left} to ${left - 1}.`;
    takeOut(world, group, member, cause);
    isChanged = true;
  }
  return isChanged;
}

/** Launches in the emptiest zone first; what is then too many goes from the fullest. */
function balance(world: World, group: GroupRecord): void {
  if (group.suspended.includes("AZRebalance") || imbalance(world, group) < 2 || group.backoff) return;
  const cause = `${at(world)} an instance was launched to aid in balancing the group's zones.`;
  const member = addMember(world, group, { template: group.template, cause });
  group.balancing = member?.token;
}

/** A group that is being deleted together with its instances. */
async function leave(world: World, group: GroupRecord): Promise<void> {
  const cause = `${at(world)} a user request force deleted the AutoScalingGroup.`;
  for (const member of activeMembers(world, group)) {
    noteFailure(world, member, "The group is being deleted");
    takeOut(world, group, member, cause);
  }
  await world.autoscaling.save();
  for (const member of membersOf(world, group)) await advance(world, group, member);
  if (membersOf(world, group).length > 0) return;
  await world.autoscaling.note(() => forgetGroup(world, group.name));
}

export function forgetGroup({ autoscaling: { data } }: World, name: string): void {
  delete data.groups[name];
  delete data.tags[name];
  for (const { id, groupName } of Object.values(data.refreshes)) if (groupName === name) delete data.refreshes[id];
  for (const { arn, groupName } of Object.values(data.scheduled)) if (groupName === name) delete data.scheduled[arn];
}
