import { randomUUID } from "node:crypto";
import {
  PutScheduledUpdateGroupAction$,
  type PutScheduledUpdateGroupActionCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { alreadyExists, invalid, limitExceeded } from "../errors.ts";
import { getGroup } from "../find.ts";
import { checkSchedule, scheduledIn, scheduledSizesFrom, startFrom } from "../scheduled.ts";

const most = 125;

/** Makes an action, or changes the one of this name. */
export const putScheduledUpdateGroupAction = action(
  PutScheduledUpdateGroupAction$,
  async (input: PutScheduledUpdateGroupActionCommandInput, { world, region }): Promise<Record<string, never>> => {
    const group = getGroup(world, input.AutoScalingGroupName);
    const { ScheduledActionName: name = "" } = input;
    if (name.length < 1 || name.length > 255) throw invalid("The name of a scheduled action has 1 to 255 characters");
    checkSchedule(input);
    const all = scheduledIn(world, group);
    const present = all.find((it) => it.name === name);
    const startAt = startFrom(world, input) ?? present?.startAt;
    if (startAt === undefined) throw invalid("Either a start time or a recurrence must be specified");
    const sizes = scheduledSizesFrom(input, present);
    if (all.some((it) => it !== present && it.startAt === startAt)) {
      throw alreadyExists("Scheduled action with this scheduled start time already exists");
    }
    if (!present && all.length >= most) {
      throw limitExceeded(`You cannot have more than ${most} scheduled actions for an Auto Scaling group`);
    }
    const arn =
      present?.arn ??
      `arn:aws:autoscaling:${region}:${world.account}:scheduledUpdateGroupAction:${randomUUID()}:autoScalingGroupName/${group.name}:scheduledActionName/${name}`;
    world.autoscaling.data.scheduled[arn] = { name, arn, groupName: group.name, startAt, ...sizes };
    await world.autoscaling.save();
    return {};
  },
);
