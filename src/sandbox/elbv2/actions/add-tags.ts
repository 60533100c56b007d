import { AddTags$, type AddTagsCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { action } from "../../wire/action.ts";
import { checkTags, setTags } from "../tags.ts";
import { checkResource } from "../tagged-resource.ts";

export const addTags = action(
  AddTags$,
  async (input: AddTagsCommandInput, { world }): Promise<Record<string, never>> => {
    const { data } = world.elbv2;
    const arns = input.ResourceArns ?? [];
    for (const arn of arns) {
      checkResource(world, arn);
      checkTags(input.Tags, data.tags[arn]);
    }
    for (const arn of arns) setTags(data, arn, input.Tags);
    await world.elbv2.save();
    return {};
  },
);
