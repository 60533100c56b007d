import type { World } from "../world.ts";
import { activeMembers } from "./find.ts";
import type { GroupRecord, MemberRecord } from "./records.ts";

/** Where a member is, or is to be. */
export interface Place {
  readonly subnetId: string;
  readonly zone: string;
}

/** The group's subnets that still exist, in their order. */
export function placesOf({ ec2 }: World, { subnetIds }: GroupRecord): Place[] {
  return subnetIds.flatMap((subnetId) => {
    const subnet = ec2.data.subnets[subnetId];
    return subnet ? [{ subnetId, zone: subnet.availabilityZone }] : [];
  });
}

/** The zone with the fewest members, and in it the subnet with the fewest. The zone that just failed comes last. */
export function choosePlace(world: World, group: GroupRecord): Place | undefined {
  const active = activeMembers(world, group);
  const inZone = (zone: string): number => active.filter((member) => member.zone === zone).length;
  const inSubnet = (id: string): number => active.filter(({ subnetId }) => subnetId === id).length;
  const failed = ({ zone }: Place): number => (zone === group.backoff?.zone ? 1 : 0);
  return placesOf(world, group).toSorted(
    (one, other) =>
      failed(one) - failed(other) ||
      inZone(one.zone) - inZone(other.zone) ||
      inSubnet(one.subnetId) - inSubnet(other.subnetId),
  )[0];
}

/** How many more members the fullest zone has than the emptiest; members in zones that were left count as too many. */
export function imbalance(world: World, group: GroupRecord): number {
  const active = activeMembers(world, group);
  const zones = [...new Set(placesOf(world, group).map(({ zone }) => zone))];
  const counts = zones.map((zone) => active.filter((member) => member.zone === zone).length);
  if (active.some(({ zone }) => !zones.includes(zone))) return Infinity;
  return Math.max(0, ...counts) - Math.min(Infinity, ...counts);
}

/**
 * Who goes when there is one too many: in a zone that was left, else in the fullest one; there by the group's policies.
 * Undefined when all that may go are protected.
 */
export function chooseVictim(world: World, group: GroupRecord, latest: string | undefined): MemberRecord | undefined {
  const active = activeMembers(world, group);
  const zones = new Set(placesOf(world, group).map(({ zone }) => zone));
  const inZone = (zone: string): number => active.filter((member) => member.zone === zone).length;
  const weight = ({ zone }: MemberRecord): number => (zones.has(zone) ? inZone(zone) : Infinity);
  const isCurrent = ({ template }: MemberRecord): number => (template.version === latest ? 1 : 0);
  const age = (one: MemberRecord, other: MemberRecord): number => one.startedAt.localeCompare(other.startedAt);
  const [policy] = group.terminationPolicies;
  return active
    .filter(({ isProtected }) => !isProtected)
    .toSorted((one, other) => {
      const byZone = weight(one) === weight(other) ? 0 : weight(other) - weight(one);
      if (byZone !== 0) return byZone;
      if (policy === "NewestInstance") return age(other, one);
      if (policy === "OldestInstance") return age(one, other);
      return isCurrent(one) - isCurrent(other) || age(one, other);
    })[0];
}
