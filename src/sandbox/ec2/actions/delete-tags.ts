import { DeleteTags$, type DeleteTagsCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { missingParameter } from "../errors.ts";
import { checkTaggable } from "../taggable.ts";
import { tagsOf } from "../tags.ts";

/** A tag given with a value is only deleted when it has this value; without tags all of them go. */
export const deleteTags = action(DeleteTags$, async (input: DeleteTagsCommandInput, { world: { ec2 } }) => {
  if (!input.Resources?.length) throw missingParameter("resourceIdSet");
  for (const id of input.Resources) checkTaggable(ec2.data, id);
  const isGone = (key: string, value: string): boolean =>
    !input.Tags?.length || input.Tags.some(({ Key, Value }) => Key === key && (Value === undefined || Value === value));
  for (const id of input.Resources) {
    const kept = Object.entries(tagsOf(ec2.data, id)).filter(([key, value]) => !isGone(key, value));
    ec2.data.tags[id] = Object.fromEntries(kept);
  }
  await ec2.save();
  return {};
});
