import {
  DescribeTags$,
  type DescribeTagsCommandInput,
  type DescribeTagsCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { page } from "../page.ts";
import { tagShapes } from "../shapes.ts";

type Shape = ReturnType<typeof tagShapes>[number];

const fields: Readonly<Record<string, (tag: Shape) => string>> = {
  "auto-scaling-group": ({ ResourceId }) => ResourceId,
  key: ({ Key }) => Key,
  value: ({ Value }) => Value,
  "propagate-at-launch": ({ PropagateAtLaunch }) => String(PropagateAtLaunch),
};

export const describeTags = action(DescribeTags$, (input: DescribeTagsCommandInput, { world }) => {
  const tests = (input.Filters ?? []).map(({ Name = "", Values = [] }) => {
    const field = Object.hasOwn(fields, Name) ? fields[Name] : undefined;
    if (!field)
      throw invalid(`Filter type ${Name} is not correct. Allowed Filter types are: ${Object.keys(fields).join(", ")}`);
    return (tag: Shape): boolean => Values.includes(field(tag));
  });
  const all = Object.keys(world.autoscaling.data.tags).flatMap((name) => tagShapes(world, name));
  const matching = all.filter((tag) => tests.every((test) => test(tag)));
  const { items, NextToken } = page(matching, ({ ResourceId, Key }) => `${ResourceId} ${Key}`, input);
  return { Tags: items, NextToken } satisfies ActionOutput<DescribeTagsCommandOutput>;
});
