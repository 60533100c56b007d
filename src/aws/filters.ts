import { nameTag, stackTag } from "./tags.ts";

/** The filter by which every Describe call of EC2 finds what is ours. */
export const ofStack = (stack: string): { Name: string; Values: string[] }[] => [
  { Name: `tag:${stackTag}`, Values: [stack] },
];

interface Tagged {
  readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

/** Our logical name of a resource ("public-a"), from its tag. */
export const nameOf = (resource: Tagged): string => resource.Tags?.find(({ Key }) => Key === nameTag)?.Value ?? "";

export const tagsAsRecord = (resource: Tagged): Record<string, string> =>
  Object.fromEntries((resource.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));

/** Every page of a paginated operation, in one list. */
export async function collectPages<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}
