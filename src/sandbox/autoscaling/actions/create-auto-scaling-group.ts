import { CreateAutoScalingGroup$, type CreateAutoScalingGroupCommandInput } from "@aws-sdk/client-auto-scaling";
import { randomUUID } from "node:crypto";
import { action } from "../../wire/action.ts";
import { at } from "../activities.ts";
import { alreadyExists, invalid } from "../errors.ts";
import type { GroupRecord } from "../records.ts";
import {
  checkSupported,
  healthCheckTypeFrom,
  secondsFrom,
  sizesFrom,
  subnetsFrom,
  targetGroupsFrom,
} from "../settings.ts";
import { setTags } from "../tags.ts";
import { referenceOf } from "../templates.ts";

/** Its instances follow in the background. */
export const createAutoScalingGroup = action(
  CreateAutoScalingGroup$,
  async (input: CreateAutoScalingGroupCommandInput, { world, region }): Promise<Record<string, never>> => {
    const { data } = world.autoscaling;
    const { AutoScalingGroupName: name = "" } = input;
    if (!/^[^:]{1,255}$/.test(name)) throw invalid("AutoScalingGroupName must be 1 to 255 characters without a colon");
    checkSupported(input);
    if (Object.hasOwn(data.groups, name)) {
      throw alreadyExists("AutoScalingGroup by this name already exists - A group with the name already exists");
    }
    if (!input.LaunchTemplate) {
      throw invalid(
        "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
      );
    }
    const sizes = sizesFrom(input, { min: 0, max: 0, desired: 0 });
    const group: GroupRecord = {
      name,
      arn: `arn:aws:autoscaling:${region}:${world.account}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${name}`,
      region,
      createdAt: world.now().toISOString(),
      template: referenceOf(world, input.LaunchTemplate),
      ...sizes,
      defaultCooldown: secondsFrom(input.DefaultCooldown, 300, "DefaultCooldown"),
      subnetIds: subnetsFrom(world, input),
      targetGroups: targetGroupsFrom(world, [
        ...(input.TargetGroupARNs ?? []),
        ...(input.TrafficSources ?? []).flatMap(({ Identifier }) => Identifier ?? []),
      ]).map((arn) => ({ arn, state: "InService" })),
      healthCheckType: healthCheckTypeFrom(input.HealthCheckType, "EC2"),
      graceSeconds: secondsFrom(input.HealthCheckGracePeriod, 0, "HealthCheckGracePeriod"),
      warmupSeconds: input.DefaultInstanceWarmup,
      protectsNew: input.NewInstancesProtectedFromScaleIn ?? false,
      terminationPolicies: input.TerminationPolicies?.length ? input.TerminationPolicies : ["Default"],
      suspended: [],
      cause: `${at(world)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${sizes.desired}.`,
    };
    setTags(data, name, input.Tags ?? []);
    data.groups[name] = group;
    await world.autoscaling.save();
    return {};
  },
);
