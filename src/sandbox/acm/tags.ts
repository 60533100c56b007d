import { AwsError } from "../wire/action.ts";
import type { AcmData } from "./store.ts";

interface Tag {
  readonly Key: string | undefined;
  readonly Value?: string | undefined;
}

const mostTags = 50;

/** Checks tags before a certificate is made that would carry them. */
export function checkTags(tags: readonly Tag[] | undefined, present: Readonly<Record<string, string>> = {}): void {
  for (const { Key = "", Value = "" } of tags ?? []) {
    if (Key.length < 1 || Key.length > 128 || Key.startsWith("aws:") || Value.length > 256) {
      throw new AwsError("InvalidTagException", `The tag ${Key} is not valid.`);
    }
  }
  if (new Set([...(tags ?? []).map(({ Key }) => Key), ...Object.keys(present)]).size > mostTags) {
    throw new AwsError("TooManyTagsException", `A certificate cannot have more than ${mostTags} tags.`);
  }
}

export function setTags(data: AcmData, arn: string, tags: readonly Tag[] | undefined): void {
  checkTags(tags, data.tags[arn]);
  const present = (data.tags[arn] ??= {});
  for (const { Key = "", Value = "" } of tags ?? []) present[Key] = Value;
}

export const tagList = (data: AcmData, arn: string): { Key: string; Value: string }[] =>
  Object.entries(data.tags[arn] ?? {}).map(([Key, Value]) => ({ Key, Value }));
