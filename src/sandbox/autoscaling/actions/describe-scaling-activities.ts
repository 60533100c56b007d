import {
  DescribeScalingActivities$,
  type DescribeScalingActivitiesCommandInput,
  type DescribeScalingActivitiesCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { page } from "../page.ts";
import { activityShape } from "../shapes.ts";

/** The newest first. */
export const describeScalingActivities = action(
  DescribeScalingActivities$,
  (input: DescribeScalingActivitiesCommandInput, { world }) => {
    const { AutoScalingGroupName: name, ActivityIds: ids, IncludeDeletedGroups: isDeletedToo = false } = input;
    const { activities, groups } = world.autoscaling.data;
    if (name !== undefined && !isDeletedToo) getGroup(world, name);
    const matching = Object.values(activities)
      .filter((it) => name === undefined || it.groupName === name)
      .filter((it) => isDeletedToo || groups[it.groupName]?.arn === it.groupArn)
      .filter(({ id }) => !ids?.length || ids.includes(id))
      .toReversed();
    const { items, NextToken } = page(matching, ({ id }) => id, { MaxRecords: 100, ...input });
    return {
      Activities: items.map((activity) => activityShape(world, activity)),
      NextToken,
    } satisfies ActionOutput<DescribeScalingActivitiesCommandOutput>;
  },
);
