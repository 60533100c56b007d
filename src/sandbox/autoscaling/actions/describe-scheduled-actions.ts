import {
  DescribeScheduledActions$,
  type DescribeScheduledActionsCommandInput,
  type DescribeScheduledActionsCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { page } from "../page.ts";
import { scheduledIn } from "../scheduled.ts";
import { scheduledShape } from "../shapes.ts";

/** Those that are still to run. Times say nothing where names are given. */
export const describeScheduledActions = action(
  DescribeScheduledActions$,
  (input: DescribeScheduledActionsCommandInput, { world }) => {
    const { AutoScalingGroupName: group, ScheduledActionNames: names = [], StartTime: from, EndTime: until } = input;
    const groups = group === undefined ? Object.values(world.autoscaling.data.groups) : [getGroup(world, group)];
    const isMeant = ({ name, startAt }: { readonly name: string; readonly startAt: string }): boolean => {
      if (names.length > 0) return names.includes(name);
      const start = new Date(startAt);
      return (from === undefined || start >= from) && (until === undefined || start <= until);
    };
    const matching = groups.flatMap((it) => scheduledIn(world, it)).filter(isMeant);
    const { items, NextToken } = page(matching, ({ arn }) => arn, input);
    return {
      ScheduledUpdateGroupActions: items.map(scheduledShape),
      NextToken,
    } satisfies ActionOutput<DescribeScheduledActionsCommandOutput>;
  },
);
