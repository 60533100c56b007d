import { RemoveTagsFromResource$, type RemoveTagsFromResourceCommandInput } from "@aws-sdk/client-ssm";
import { action } from "../../wire/action.ts";
import { replaceTags, taggedParameter } from "../tags.ts";

export const removeTagsFromResource = action(
  RemoveTagsFromResource$,
  async (input: RemoveTagsFromResourceCommandInput, { world }) => {
    const parameter = taggedParameter(world.ssm, input.ResourceType, input.ResourceId);
    const kept = Object.entries(parameter.tags ?? {}).filter(([key]) => !input.TagKeys?.includes(key));
    await replaceTags(world.ssm, parameter, Object.fromEntries(kept));
    return {};
  },
);
