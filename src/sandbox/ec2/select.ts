import type { Filter } from "@aws-sdk/client-ec2";
import { filterItems, type FilterFields } from "./filter.ts";
import { getRecord, type ResourceKind } from "./find.ts";
import { page } from "./page.ts";
import type { Ec2Store } from "./store.ts";
import { tagsOf } from "./tags.ts";

export interface DescribeInput {
  readonly Filters?: readonly Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** What most Describe actions do: take the ids asked for (each must exist) or all, filter, and cut a page. */
export function selectPage<T extends { readonly id: string }>(
  store: Ec2Store,
  input: DescribeInput,
  selection: {
    readonly records: Readonly<Record<string, T>>;
    readonly kind: ResourceKind;
    readonly ids: readonly string[] | undefined;
    readonly fields: FilterFields<T>;
  },
): { items: T[]; NextToken: string | undefined } {
  const { records, kind, ids, fields } = selection;
  const candidates = ids?.length ? [...new Set(ids)].map((id) => getRecord(records, id, kind)) : Object.values(records);
  const matching = filterItems(candidates, input.Filters, fields, ({ id }) => tagsOf(store.data, id));
  return page(matching, input, ({ id }) => id, { ids });
}
