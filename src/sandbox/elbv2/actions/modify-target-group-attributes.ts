import {
  ModifyTargetGroupAttributes$,
  type ModifyTargetGroupAttributesCommandInput,
  type ModifyTargetGroupAttributesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { attributeList, changeAttributes } from "../attributes.ts";
import { settleUsers } from "../data-plane.ts";
import { getTargetGroup } from "../find.ts";

export const modifyTargetGroupAttributes = action(
  ModifyTargetGroupAttributes$,
  async (
    input: ModifyTargetGroupAttributesCommandInput,
    { world },
  ): Promise<ActionOutput<ModifyTargetGroupAttributesCommandOutput>> => {
    const record = getTargetGroup(world, input.TargetGroupArn);
    changeAttributes(record.attributes, input.Attributes, "Target group");
    await world.elbv2.save();
    settleUsers(world, record.arn);
    return { Attributes: attributeList(record.attributes) };
  },
);
