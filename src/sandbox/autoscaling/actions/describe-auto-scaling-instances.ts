import {
  DescribeAutoScalingInstances$,
  type DescribeAutoScalingInstancesCommandInput,
  type DescribeAutoScalingInstancesCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { page } from "../page.ts";
import { memberShape } from "../shapes.ts";

export const describeAutoScalingInstances = action(
  DescribeAutoScalingInstances$,
  (input: DescribeAutoScalingInstancesCommandInput, { world }) => {
    const { InstanceIds: ids } = input;
    const all = Object.values(world.autoscaling.data.members).flatMap((member) => {
      const shape = memberShape(world, member);
      if (!shape || (ids?.length && !ids.includes(shape.InstanceId))) return [];
      // Here, unlike in a group, the health is written in capitals.
      return [{ ...shape, AutoScalingGroupName: member.groupName, HealthStatus: shape.HealthStatus.toUpperCase() }];
    });
    const { items, NextToken } = page(all, ({ InstanceId }) => InstanceId, input);
    return {
      AutoScalingInstances: items,
      NextToken,
    } satisfies ActionOutput<DescribeAutoScalingInstancesCommandOutput>;
  },
);
