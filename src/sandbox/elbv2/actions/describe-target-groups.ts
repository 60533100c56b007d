import {
  DescribeTargetGroups$,
  type DescribeTargetGroupsCommandInput,
  type DescribeTargetGroupsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { groupsOf } from "../associations.ts";
import { targetGroupNotFound } from "../errors.ts";
import { getLoadBalancer, select } from "../find.ts";
import { targetGroupOutput } from "../outputs.ts";
import { page } from "../page.ts";

export const describeTargetGroups = action(
  DescribeTargetGroups$,
  (input: DescribeTargetGroupsCommandInput, { world }): ActionOutput<DescribeTargetGroupsCommandOutput> => {
    const { LoadBalancerArn } = input;
    const { data } = world.elbv2;
    const found = LoadBalancerArn
      ? groupsOf(world, getLoadBalancer(world, LoadBalancerArn).arn)
      : select(data.targetGroups, { names: input.Names, arns: input.TargetGroupArns }, targetGroupNotFound);
    const { items, nextMarker } = page(found, ({ arn }) => arn, input);
    return { TargetGroups: items.map((record) => targetGroupOutput(world, record)), NextMarker: nextMarker };
  },
);
