import {
  DescribeAutoScalingGroups$,
  type DescribeAutoScalingGroupsCommandInput,
  type DescribeAutoScalingGroupsCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { syncWithHosts } from "../../ec2/host-sync.ts";
import { filterTags } from "../filter-tags.ts";
import { page } from "../page.ts";
import { groupShape } from "../shapes.ts";

/** Names of groups that are not there are passed over. */
export const describeAutoScalingGroups = action(
  DescribeAutoScalingGroups$,
  async (input: DescribeAutoScalingGroupsCommandInput, { world }) => {
    await syncWithHosts(world);
    const { AutoScalingGroupNames: names } = input;
    const groups = Object.values(world.autoscaling.data.groups)
      .filter(({ name }) => !names?.length || names.includes(name))
      .filter(({ name }) => filterTags(world, name, input.Filters));
    const { items, NextToken } = page(groups, ({ name }) => name, input);
    return {
      AutoScalingGroups: items.map((group) => groupShape(world, group)),
      NextToken,
    } satisfies ActionOutput<DescribeAutoScalingGroupsCommandOutput>;
  },
);
