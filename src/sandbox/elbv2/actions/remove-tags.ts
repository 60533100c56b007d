import { RemoveTags$, type RemoveTagsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action } from "../../wire/action.ts";
import { checkResource } from "../tagged-resource.ts";

export const removeTags = action(
  RemoveTags$,
  async (input: RemoveTagsCommandInput, { world }): Promise<Record<string, never>> => {
    const { data } = world.elbv2;
    const arns = input.ResourceArns ?? [];
    for (const arn of arns) checkResource(world, arn);
    for (const arn of arns) for (const key of input.TagKeys ?? []) delete data.tags[arn]?.[key];
    await world.elbv2.save();
    return {};
  },
);
