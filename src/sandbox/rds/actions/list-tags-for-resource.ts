import {
  ListTagsForResource$,
  type ListTagsForResourceCommandInput,
  type ListTagsForResourceCommandOutput,
} from "@aws-sdk/client-rds";
import { action, type ActionOutput } from "../../wire/action.ts";
import { checkResource, tagList } from "../tags.ts";

export const listTags = action(
  ListTagsForResource$,
  (input: ListTagsForResourceCommandInput, { world }): ActionOutput<ListTagsForResourceCommandOutput> => ({
    TagList: tagList(world.rds.data, checkResource(world, input.ResourceName)),
  }),
);
