import { RegisterTargets$, type RegisterTargetsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action } from "../../wire/action.ts";
import { checkTargets, isSameTarget } from "../check-targets.ts";
import { settleUsers } from "../data-plane.ts";
import { getTargetGroup } from "../find.ts";
import { forgetGoneTargets } from "../target-health.ts";

/** A target that is registered stays as it is; one that is draining starts anew. */
export const registerTargets = action(
  RegisterTargets$,
  async (input: RegisterTargetsCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getTargetGroup(world, input.TargetGroupArn);
    await forgetGoneTargets(world, group);
    for (const target of checkTargets(world, group, input.Targets)) {
      const present = group.targets.find((other) => isSameTarget(other, target));
      if (present && present.drainedAt === undefined) continue;
      group.targets = group.targets.filter((other) => other !== present);
      group.targets.push({ ...target, registeredAt: world.now().toISOString(), admitted: false });
    }
    await world.elbv2.save();
    settleUsers(world, group.arn);
    return {};
  },
);
