import { DeregisterTargets$, type DeregisterTargetsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, AwsError } from "../../wire/action.ts";
import { missing } from "../errors.ts";
import { getTargetGroup } from "../find.ts";
import { deregister } from "../registration.ts";
import { forgetGoneTargets } from "../target-health.ts";

export const deregisterTargets = action(
  DeregisterTargets$,
  async (input: DeregisterTargetsCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getTargetGroup(world, input.TargetGroupArn);
    await forgetGoneTargets(world, group);
    if (!input.Targets?.length) throw missing("targets");
    const leaving = input.Targets.flatMap(({ Id = "", Port }) => {
      const found = group.targets.filter((target) => target.id === Id && (Port ?? target.port) === target.port);
      if (found.length === 0)
        throw new AwsError(
          "InvalidTarget",
          `The following targets are not registered to the target group '${group.arn}': '${Id}'`,
        );
      return found;
    });
    await deregister(world, group, leaving);
    return {};
  },
);
