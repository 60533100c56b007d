import {
  DescribeTargetGroupAttributes$,
  type DescribeTargetGroupAttributesCommandInput,
  type DescribeTargetGroupAttributesCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { attributeList } from "../attributes.ts";
import { getTargetGroup } from "../find.ts";

export const describeTargetGroupAttributes = action(
  DescribeTargetGroupAttributes$,
  (
    input: DescribeTargetGroupAttributesCommandInput,
    { world },
  ): ActionOutput<DescribeTargetGroupAttributesCommandOutput> => {
    return { Attributes: attributeList(getTargetGroup(world, input.TargetGroupArn).attributes) };
  },
);
