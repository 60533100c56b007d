import { CreateOrUpdateTags$, type CreateOrUpdateTagsCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { getGroup } from "../find.ts";
import { setTags } from "../tags.ts";

/** Instances that are there keep the tags that they were launched with. */
export const createOrUpdateTags = action(
  CreateOrUpdateTags$,
  async (input: CreateOrUpdateTagsCommandInput, { world }): Promise<Record<string, never>> => {
    const tags = input.Tags ?? [];
    for (const { ResourceId } of tags) getGroup(world, ResourceId);
    for (const tag of tags) setTags(world.autoscaling.data, tag.ResourceId ?? "", [tag]);
    await world.autoscaling.save();
    return {};
  },
);
