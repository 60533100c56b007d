import { UpdateAutoScalingGroup$, type UpdateAutoScalingGroupCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { at } from "../activities.ts";
import { invalid } from "../errors.ts";
import { getGroup } from "../find.ts";
import { activeRefresh } from "../refresh-state.ts";
import { checkSupported, healthCheckTypeFrom, secondsFrom, sizesFrom, subnetsFrom } from "../settings.ts";
import { referenceOf } from "../templates.ts";

/** Instances that are there keep the template that they were launched with. */
export const updateAutoScalingGroup = action(
  UpdateAutoScalingGroup$,
  async (input: UpdateAutoScalingGroupCommandInput, { world }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    checkSupported(input);
    const sizes = sizesFrom(input, group);
    const template = input.LaunchTemplate ? referenceOf(world, input.LaunchTemplate) : group.template;
    if (input.LaunchTemplate && activeRefresh(world, group.name)?.desired) {
      throw invalid(
        "An active instance refresh with a desired configuration exists. All configuration options derived from the desired configuration are not available for update while the instance refresh is active.",
      );
    }
    const { min, max, desired } = sizes;
    const cause = `${at(world)} a user request update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired} changing the desired capacity from ${group.desired} to ${desired}.`;
    Object.assign(group, {
      ...sizes,
      ...(desired === group.desired ? {} : { cause }),
      template,
      subnetIds: input.VPCZoneIdentifier === undefined ? group.subnetIds : subnetsFrom(world, input),
      defaultCooldown: secondsFrom(input.DefaultCooldown, group.defaultCooldown, "DefaultCooldown"),
      healthCheckType: healthCheckTypeFrom(input.HealthCheckType, group.healthCheckType),
      graceSeconds: secondsFrom(input.HealthCheckGracePeriod, group.graceSeconds, "HealthCheckGracePeriod"),
      warmupSeconds: input.DefaultInstanceWarmup ?? group.warmupSeconds,
      protectsNew: input.NewInstancesProtectedFromScaleIn ?? group.protectsNew,
      terminationPolicies: input.TerminationPolicies?.length ? input.TerminationPolicies : group.terminationPolicies,
      // What failed may be put right by this.
      backoff: undefined,
    });
    await world.autoscaling.save();
    return {};
  },
);
