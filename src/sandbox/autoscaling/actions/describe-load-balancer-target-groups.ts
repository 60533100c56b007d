import {
  DescribeLoadBalancerTargetGroups$,
  type DescribeLoadBalancerTargetGroupsCommandInput,
  type DescribeLoadBalancerTargetGroupsCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getGroup, membersOf } from "../find.ts";
import { page } from "../page.ts";

/** "Added" as long as no instance of the group is registered. */
export const describeLoadBalancerTargetGroups = action(
  DescribeLoadBalancerTargetGroups$,
  (input: DescribeLoadBalancerTargetGroupsCommandInput, { world }) => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const isServed = membersOf(world, group).some(({ lifecycle }) => lifecycle === "InService");
    const { items, NextToken } = page(group.targetGroups, ({ arn }) => arn, input);
    return {
      LoadBalancerTargetGroups: items.map(({ arn, state }) => ({
        LoadBalancerTargetGroupARN: arn,
        State: state === "InService" && !isServed ? "Added" : state,
      })),
      NextToken,
    } satisfies ActionOutput<DescribeLoadBalancerTargetGroupsCommandOutput>;
  },
);
