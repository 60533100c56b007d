import type { World } from "../world.ts";
import { usersOf } from "./associations.ts";
import { isSameTarget } from "./check-targets.ts";
import { settleUsers } from "./data-plane.ts";
import type { TargetGroupRecord, TargetRecord } from "./store.ts";

/** A target that is registered stays as it is; one that is draining starts anew. */
export async function register(
  world: World,
  group: TargetGroupRecord,
  targets: readonly Pick<TargetRecord, "id" | "port">[],
): Promise<void> {
  for (const target of targets) {
    const present = group.targets.find((other) => isSameTarget(other, target));
    if (present && present.drainedAt === undefined) continue;
    group.targets = group.targets.filter((other) => other !== present);
    group.targets.push({ ...target, registeredAt: world.now().toISOString(), admitted: false });
  }
  await world.elbv2.save();
  settleUsers(world, group.arn);
}

/** A target of a group in use drains for the group's delay; of another one it is gone at once. */
export async function deregister(
  world: World,
  group: TargetGroupRecord,
  targets: readonly TargetRecord[],
): Promise<void> {
  const isLive = usersOf(world, group.arn).length > 0;
  for (const target of targets) {
    if (isLive) target.drainedAt ??= world.now().toISOString();
    else group.targets = group.targets.filter((other) => other !== target);
  }
  await world.elbv2.save();
  settleUsers(world, group.arn);
}
