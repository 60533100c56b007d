import { DeleteTags$, type DeleteTagsCommandInput } from "@aws-sdk/client-auto-scaling";
import { action } from "../../wire/action.ts";
import { getGroup } from "../find.ts";

export const deleteTags = action(
  DeleteTags$,
  async (input: DeleteTagsCommandInput, { world }): Promise<Record<string, never>> => {
    for (const { ResourceId } of input.Tags ?? []) getGroup(world, ResourceId);
    for (const { ResourceId = "", Key = "" } of input.Tags ?? []) delete world.autoscaling.data.tags[ResourceId]?.[Key];
    await world.autoscaling.save();
    return {};
  },
);
