import { AddTagsToResource$, type AddTagsToResourceCommandInput } from "@aws-sdk/client-ssm";
import { action } from "../../wire/action.ts";
import { checkedTags, replaceTags, taggedParameter } from "../tags.ts";

export const addTagsToResource = action(AddTagsToResource$, async (input: AddTagsToResourceCommandInput, { world }) => {
  const parameter = taggedParameter(world.ssm, input.ResourceType, input.ResourceId);
  await replaceTags(world.ssm, parameter, checkedTags(input.Tags, parameter.tags));
  return {};
});
