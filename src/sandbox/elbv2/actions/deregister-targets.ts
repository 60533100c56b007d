import { DeregisterTargets$, type DeregisterTargetsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError } from "../../wire/action.ts";
import { usersOf } from "../associations.ts";
import { settleUsers } from "../data-plane.ts";
import { missing } from "../errors.ts";
import { getTargetGroup } from "../find.ts";
import { forgetGoneTargets } from "../target-health.ts";

/** A target of a group in use drains for the group's delay; of another one it is gone at once. */
export const deregisterTargets = action(
  DeregisterTargets$,
  async (input: DeregisterTargetsCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getTargetGroup(world, input.TargetGroupArn);
    await forgetGoneTargets(world, group);
    if (!input.Targets?.length) throw missing("targets");
    const isLive = usersOf(world, group.arn).length > 0;
    const leaving = input.Targets.flatMap(({ Id = "", Port }) => {
      const found = group.targets.filter((target) => target.id === Id && (Port ?? target.port) === target.port);
      if (found.length === 0)
        throw new AwsError(
          "InvalidTarget",
          `The following targets are not registered to the target group '${group.arn}': '${Id}'`,
        );
      return found;
    });
    for (const target of leaving) {
      if (isLive) target.drainedAt ??= world.now().toISOString();
      else group.targets = group.targets.filter((other) => other !== target);
    }
    await world.elbv2.save();
    settleUsers(world, group.arn);
    return {};
  },
);
