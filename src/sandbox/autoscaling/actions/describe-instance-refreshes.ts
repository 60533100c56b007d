import {
  DescribeInstanceRefreshes$,
  type DescribeInstanceRefreshesCommandInput,
  type DescribeInstanceRefreshesCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { page } from "../page.ts";
import { refreshShape } from "../shapes.ts";

/** The newest first. */
export const describeInstanceRefreshes = action(
  DescribeInstanceRefreshes$,
  (input: DescribeInstanceRefreshesCommandInput, { world }) => {
    const { name } = getGroup(world, input.AutoScalingGroupName);
    const { InstanceRefreshIds: ids } = input;
    const matching = Object.values(world.autoscaling.data.refreshes)
      .filter((it) => it.groupName === name && (!ids?.length || ids.includes(it.id)))
      .toReversed();
    const { items, NextToken } = page(matching, ({ id }) => id, input);
    return {
      InstanceRefreshes: items.map(refreshShape),
      NextToken,
    } satisfies ActionOutput<DescribeInstanceRefreshesCommandOutput>;
  },
);
