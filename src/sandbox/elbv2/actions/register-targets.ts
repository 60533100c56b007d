import { RegisterTargets$, type RegisterTargetsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action } from "../../wire/action.ts";
import { checkTargets } from "../check-targets.ts";
import { getTargetGroup } from "../find.ts";
import { register } from "../registration.ts";
import { forgetGoneTargets } from "../target-health.ts";

export const registerTargets = action(
  RegisterTargets$,
  async (input: RegisterTargetsCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getTargetGroup(world, input.TargetGroupArn);
    await forgetGoneTargets(world, group);
    await register(world, group, checkTargets(world, group, input.Targets));
    return {};
  },
);
