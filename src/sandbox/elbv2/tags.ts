import { AwsError } from "../wire/action.ts";
import { invalid } from "./errors.ts";
import type { Elbv2Data } from "./store.ts";

interface Tag {
  readonly Key: string | undefined;
  readonly Value?: string | undefined;
}

const mostTags = 50;

/** Adds or replaces tags of one resource, after checking all of them. */
export function setTags(data: Elbv2Data, arn: string, tags: readonly Tag[] | undefined): void {
  checkTags(tags, data.tags[arn]);
  const present = (data.tags[arn] ??= {});
  for (const { Key = "", Value = "" } of tags ?? []) present[Key] = Value;
}

/** What is wrong with tags, before a resource is made that would carry them. */
export function checkTags(tags: readonly Tag[] | undefined, present: Readonly<Record<string, string>> = {}): void {
  const keys = (tags ?? []).map(({ Key = "" }) => Key);
  for (const { Key = "", Value = "" } of tags ?? []) {
    if (Key.length < 1 || Key.length > 128 || Key.startsWith("aws:") || Value.length > 256) {
      throw invalid(`The tag '${Key}' is not valid`);
    }
  }
  if (new Set(keys).size !== keys.length)
    throw new AwsError("DuplicateTagKeys", "A tag key was specified more than once");
  if (new Set([...keys, ...Object.keys(present)]).size > mostTags) {
    throw new AwsError("TooManyTags", `A resource cannot have more than ${mostTags} tags`);
  }
}

export const tagList = (data: Elbv2Data, arn: string): { Key: string; Value: string }[] =>
  Object.entries(data.tags[arn] ?? {}).map(([Key, Value]) => ({ Key, Value }));
