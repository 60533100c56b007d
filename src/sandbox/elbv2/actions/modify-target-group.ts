import {
  ModifyTargetGroup$,
  type ModifyTargetGroupCommandInput,
  type ModifyTargetGroupCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { settleUsers } from "../data-plane.ts";
import { getTargetGroup } from "../find.ts";
import { healthCheckSettings } from "../health-check-settings.ts";
import { targetGroupOutput } from "../outputs.ts";

export const modifyTargetGroup = action(
  ModifyTargetGroup$,
  async (input: ModifyTargetGroupCommandInput, { world }): Promise<ActionOutput<ModifyTargetGroupCommandOutput>> => {
    const record = getTargetGroup(world, input.TargetGroupArn);
    record.healthCheck = healthCheckSettings(input, record.healthCheck, record.protocol);
    await world.elbv2.save();
    settleUsers(world, record.arn);
    return { TargetGroups: [targetGroupOutput(world, record)] };
  },
);
