import type { Tag } from "@aws-sdk/client-auto-scaling";
import { invalid } from "./errors.ts";
import type { AutoScalingData, TagRecord } from "./records.ts";

const most = 50;

/** Adds or replaces tags of one group, after checking all of them. */
export function setTags(data: AutoScalingData, groupName: string, tags: readonly Tag[]): void {
  const present = data.tags[groupName] ?? {};
  const merged = new Map<string, TagRecord>(Object.entries(present));
  for (const { Key = "", Value: value = "", PropagateAtLaunch: propagates = false } of tags) {
    if (Key.length < 1 || Key.length > 128 || Key.toLowerCase().startsWith("aws:") || value.length > 256) {
      throw invalid(`The tag '${Key}' is not valid`);
    }
    merged.set(Key, { value, propagates });
  }
  if (merged.size > most) throw invalid(`A group cannot have more than ${most} tags`);
  data.tags[groupName] = Object.fromEntries(merged);
}
