import { DescribeTags$, type DescribeTagsCommandInput, type DescribeTagsCommandOutput } from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { filterItems, type FilterField, type FilterFields } from "../filter.ts";
import { page } from "../page.ts";
import { resourceTypeOf } from "../taggable.ts";

interface Entry {
  readonly id: string;
  readonly key: string;
  readonly value: string;
}

const fields: FilterFields<Entry> = {
  key: ({ key }) => key,
  "resource-id": ({ id }) => id,
  "resource-type": ({ id }) => resourceTypeOf(id),
  value: ({ value }) => value,
};

export const describeTags = action(DescribeTags$, (input: DescribeTagsCommandInput, { world: { ec2 } }) => {
  const entries = Object.entries(ec2.data.tags).flatMap(([id, tags]) =>
    Object.entries(tags).map(([key, value]): Entry => ({ id, key, value })),
  );
  const byTag = (input.Filters ?? []).flatMap(({ Name = "" }) => (Name.startsWith("tag:") ? [Name] : []));
  const tagFields = byTag.map((name): [string, FilterField<Entry>] => [
    name,
    ({ key, value }) => (key === name.slice("tag:".length) ? value : undefined),
  ]);
  const matching = filterItems(entries, input.Filters, { ...fields, ...Object.fromEntries(tagFields) });
  const { items, NextToken } = page(matching, input, ({ id, key }) => `${id} ${key}`);
  const Tags = items.map(({ id, key, value }) => ({
    ResourceId: id,
    ResourceType: resourceTypeOf(id) as "vpc",
    Key: key,
    Value: value,
  }));
  return { Tags, NextToken } satisfies ActionOutput<DescribeTagsCommandOutput>;
});
