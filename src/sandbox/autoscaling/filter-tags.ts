import type { Filter } from "@aws-sdk/client-auto-scaling";
import type { World } from "../world.ts";
import { invalid } from "./errors.ts";

/** Whether a group has the tags that filters ask for: `tag:KEY`, `tag-key`, `tag-value`. */
export function filterTags({ autoscaling }: World, groupName: string, filters: readonly Filter[] | undefined): boolean {
  const tags = Object.entries(autoscaling.data.tags[groupName] ?? {});
  return (filters ?? []).every(({ Name = "", Values = [] }) => {
    if (Name === "tag-key") return tags.some(([key]) => Values.includes(key));
    if (Name === "tag-value") return tags.some(([, { value }]) => Values.includes(value));
    if (Name.startsWith("tag:"))
      return tags.some(([key, { value }]) => Name === `tag:${key}` && Values.includes(value));
    throw invalid(`Filter type ${Name} is not correct. Allowed Filter types are: tag-key, tag-value, tag:<key>`);
  });
}
