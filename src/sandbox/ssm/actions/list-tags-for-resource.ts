import {
  ListTagsForResource$,
  type ListTagsForResourceCommandInput,
  type ListTagsForResourceCommandOutput,
} from "@aws-sdk/client-ssm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { taggedParameter } from "../tags.ts";

export const listTagsForResource = action(ListTagsForResource$, (input: ListTagsForResourceCommandInput, { world }) => {
  const { tags = {} } = taggedParameter(world.ssm, input.ResourceType, input.ResourceId);
  const TagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { TagList } satisfies ActionOutput<ListTagsForResourceCommandOutput>;
});
