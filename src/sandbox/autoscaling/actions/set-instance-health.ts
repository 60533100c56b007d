import { SetInstanceHealth$, type SetInstanceHealthCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { getMember } from "../find.ts";
import { isInGrace } from "../health.ts";

/** Within the grace period it says nothing, unless it is told not to respect that. */
export const setInstanceHealth = action(
  SetInstanceHealth$,
  async (input: SetInstanceHealthCommandInput, { world }): Promise<Record<string, never>> => {
    const { group, member } = getMember(world, input.InstanceId);
    const { HealthStatus: health, ShouldRespectGracePeriod: isRespected = true } = input;
    if (health !== "Healthy" && health !== "Unhealthy")
      throw invalid("Valid instance health states are: [Healthy, Unhealthy].");
    if (!(isRespected && isInGrace(world, group, member))) member.health = health;
    await world.autoscaling.save();
    return {};
  },
);
