import { RemoveTagsFromResource$, type RemoveTagsFromResourceCommandInput } from "@aws-sdk/client-rds";
import { action } from "../../wire/action.ts";
import { checkResource } from "../tags.ts";

export const removeTags = action(
  RemoveTagsFromResource$,
  async (input: RemoveTagsFromResourceCommandInput, { world }): Promise<Record<string, never>> => {
    const { rds } = world;
    const present = rds.data.tags[checkResource(world, input.ResourceName)] ?? {};
    for (const key of input.TagKeys ?? []) delete present[key];
    await rds.save();
    return {};
  },
);
