import { AddTagsToResource$, type AddTagsToResourceCommandInput } from "@aws-sdk/client-rds";
import { action } from "../../wire/action.ts";
import { checkResource, checkTags, putTags } from "../tags.ts";

export const addTags = action(
  AddTagsToResource$,
  async (input: AddTagsToResourceCommandInput, { world }): Promise<Record<string, never>> => {
    const { rds } = world;
    const arn = checkResource(world, input.ResourceName);
    checkTags(input.Tags, rds.data.tags[arn]);
    putTags(rds.data, arn, input.Tags);
    await rds.save();
    return {};
  },
);
