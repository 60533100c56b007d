import type { PutScheduledUpdateGroupActionCommandInput } from "@aws-sdk/client-auto-scaling";
import type { World } from "../world.ts";
import { at } from "./activities.ts";
import { invalid, notSupported } from "./errors.ts";
import type { GroupRecord, ScheduledActionRecord } from "./records.ts";
import { sizesFrom } from "./settings.ts";

type Input = PutScheduledUpdateGroupActionCommandInput;

/** Of one group, in the order in which they are carried out. */
export function scheduledIn({ autoscaling }: World, { name }: GroupRecord): ScheduledActionRecord[] {
  return Object.values(autoscaling.data.scheduled)
    .filter(({ groupName }) => groupName === name)
    .toSorted((one, other) => (one.startAt < other.startAt ? -1 : 1));
}

export function checkSchedule(input: Input): void {
  for (const name of ["Recurrence", "EndTime", "TimeZone"] as const) {
    if (input[name] !== undefined) throw notSupported(`${name} of scheduled actions`);
  }
}

/** The moment that a request names, in whole seconds as Auto Scaling keeps it. `Time` is its older name. */
export function startFrom(world: World, { StartTime, Time = StartTime }: Input): string | undefined {
  if (Time === undefined) return undefined;
  const start = new Date(Math.floor(Time.getTime() / 1000) * 1000);
  if (start < world.now()) throw invalid("Given start time is in the past");
  return start.toISOString();
}

type Sizes = Pick<ScheduledActionRecord, "min" | "max" | "desired">;

/** What can be said before the group is what it will be then. */
export function scheduledSizesFrom(input: Input, present: Sizes | undefined): Sizes {
  const {
    MinSize: min = present?.min,
    MaxSize: max = present?.max,
    DesiredCapacity: desired = present?.desired,
  } = input;
  if (min === undefined && max === undefined && desired === undefined) {
    throw invalid("At least one of MinSize, MaxSize and DesiredCapacity must be specified");
  }
  const [least, most] = [min ?? 0, max ?? Number.MAX_SAFE_INTEGER];
  sizesFrom({ MinSize: least, MaxSize: most, DesiredCapacity: desired ?? least }, { min: 0, max: 0, desired: 0 });
  return { min, max, desired };
}

/**
 * What is due, once each: the sizes and that they were set are one write. Also what became due while no daemon ran;
 * what comes due while the process is suspended is left out for good.
 */
export async function carryOutScheduled(world: World, group: GroupRecord): Promise<void> {
  const now = world.now().toISOString();
  const due = scheduledIn(world, group).filter(({ startAt }) => startAt <= now);
  if (due.length === 0) return;
  for (const action of due) {
    delete world.autoscaling.data.scheduled[action.arn];
    if (group.suspended.includes("ScheduledActions")) continue;
    try {
      resize(world, group, action);
    } catch (error) {
      const { name } = action;
      world.log({ level: "error", event: "scheduled-action", group: group.name, name, error: String(error) });
    }
  }
  await world.autoscaling.save();
}

function resize(world: World, group: GroupRecord, { min, max, desired: wanted }: ScheduledActionRecord): void {
  const sizes = sizesFrom({ MinSize: min, MaxSize: max, DesiredCapacity: wanted }, group);
  const { desired } = sizes;
  if (desired !== group.desired) {
    group.cause = `${at(world)} a scheduled action update of AutoScalingGroup constraints to min: ${sizes.min}, max: ${sizes.max}, desired: ${desired} changing the desired capacity from ${group.desired} to ${desired}.`;
  }
  Object.assign(group, sizes, { backoff: undefined });
}
