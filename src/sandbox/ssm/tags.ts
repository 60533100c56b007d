import type { Tag } from "@aws-sdk/client-ssm";
import { AwsError } from "../wire/action.ts";
import type { ParameterRecord } from "./records.ts";
import type { SsmStore } from "./store.ts";

const mostTags = 50;

/** Tags as a record, or why SSM would not take them. `present` are those that they are added to. */
export function checkedTags(
  tags: readonly Tag[] | undefined,
  present: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const checked = { ...present };
  for (const { Key = "", Value = "" } of tags ?? []) {
    if (Key.length < 1 || Key.length > 128 || Key.startsWith("aws:") || Value.length > 256) {
      throw new AwsError("ValidationException", `The tag ${Key} is not valid.`);
    }
    checked[Key] = Value;
  }
  if (Object.keys(checked).length > mostTags) throw new AwsError("TooManyTagsError", "");
  return checked;
}

/** The parameter that a request about tags names; the sandbox has nothing else of SSM that could bear some. */
export function taggedParameter({ data }: SsmStore, type: string | undefined, id = ""): ParameterRecord {
  if (type !== "Parameter") throw new AwsError("InvalidResourceType", "");
  const found = Object.hasOwn(data.parameters, id) ? data.parameters[id] : undefined;
  if (!found) throw new AwsError("InvalidResourceId", "");
  return found;
}

export async function replaceTags(
  store: SsmStore,
  parameter: ParameterRecord,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  store.data.parameters[parameter.name] = { ...parameter, tags };
  await store.save();
}
