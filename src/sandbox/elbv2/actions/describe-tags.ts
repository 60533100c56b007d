import {
  DescribeTags$,
  type DescribeTagsCommandInput,
  type DescribeTagsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { tagList } from "../tags.ts";
import { checkResource } from "../tagged-resource.ts";

export const describeTags = action(
  DescribeTags$,
  (input: DescribeTagsCommandInput, { world }): ActionOutput<DescribeTagsCommandOutput> => {
    const arns = input.ResourceArns ?? [];
    if (arns.length > 20) throw invalid("The maximum number of resources that can be described is 20");
    for (const arn of arns) checkResource(world, arn);
    return { TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: tagList(world.elbv2.data, arn) })) };
  },
);
