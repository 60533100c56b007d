import type { Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { AwsError } from "../wire/action.ts";
import { invalidValue } from "./errors.ts";
import type { Ec2Data } from "./records.ts";

type Tags = Readonly<Record<string, string>>;

const maximumTags = 50;

export function tagsOf(data: Ec2Data, id: string): Tags {
  return data.tags[id] ?? {};
}

/** As EC2 lists them. */
export function tagSet(data: Ec2Data, id: string): { Key: string; Value: string }[] {
  return Object.entries(tagsOf(data, id)).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags given for one type of resource; throws when tags are given for a type that the action does not make. */
export function tagsFor(
  specifications: readonly TagSpecification[] | undefined,
  type: string,
  allowed: readonly string[] = [type],
): Tags {
  const wrong = specifications?.find(({ ResourceType }) => !allowed.includes(ResourceType ?? ""));
  if (wrong) {
    throw invalidValue(`'${wrong.ResourceType}' is not a valid taggable resource type for this operation.`);
  }
  return checkTags(specifications?.filter((it) => it.ResourceType === type).flatMap(({ Tags }) => Tags ?? []));
}

/** Checked tags as a map without a prototype: a key may be called __proto__. */
export function checkTags(tags: readonly Tag[] | undefined): Tags {
  const checked: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { Key = "", Value = "" } of tags ?? []) {
    if (Key === "") throw invalidValue("Tag key cannot be null or empty.");
    if (Key.length > 127) throw invalidValue(`Tag key exceeds the maximum length of 127 characters: ${Key}`);
    if (Value.length > 255) throw invalidValue(`Tag value exceeds the maximum length of 255 characters: ${Value}`);
    if (Key.toLowerCase().startsWith("aws:")) {
      throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (Key in checked) throw invalidValue(`Duplicate tag key '${Key}' specified.`);
    checked[Key] = Value;
  }
  refuseTooMany(Object.keys(checked));
  return checked;
}

/** Before anything is changed: whether a resource has room for more tags. */
export function checkRoom(data: Ec2Data, id: string, tags: Tags): void {
  refuseTooMany([...new Set([...Object.keys(tagsOf(data, id)), ...Object.keys(tags)])]);
}

function refuseTooMany(keys: readonly string[]): void {
  if (keys.length <= maximumTags) return;
  throw new AwsError("TagLimitExceeded", `The maximum number of Tags for a resource has been reached: ${maximumTags}`);
}

/** Adds or replaces tags. */
export function putTags(data: Ec2Data, id: string, tags: Tags): void {
  const merged = new Map([...Object.entries(tagsOf(data, id)), ...Object.entries(tags)]);
  if (merged.size > 0) data.tags[id] = Object.fromEntries(merged);
}

export function forgetTags(data: Ec2Data, ...ids: readonly string[]): void {
  for (const id of ids) delete data.tags[id];
}
