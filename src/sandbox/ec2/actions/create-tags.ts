import { CreateTags$, type CreateTagsCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { missingParameter } from "../errors.ts";
import { checkTaggable } from "../taggable.ts";
import { checkRoom, checkTags, putTags } from "../tags.ts";

export const createTags = action(CreateTags$, async (input: CreateTagsCommandInput, { world: { ec2 } }) => {
  if (!input.Resources?.length) throw missingParameter("resourceIdSet");
  if (!input.Tags?.length) throw missingParameter("tagSet");
  const tags = checkTags(input.Tags);
  for (const id of input.Resources) {
    checkTaggable(ec2.data, id);
    checkRoom(ec2.data, id, tags);
  }
  for (const id of input.Resources) putTags(ec2.data, id, tags);
  await ec2.save();
  return {};
});
