import type { Tag } from "@aws-sdk/client-s3";
import { AwsError } from "../wire/action.ts";

const maximum = { object: 10, bucket: 50 } as const;

export function checkTags(tags: readonly Tag[], kind: keyof typeof maximum): readonly Tag[] {
  const invalid = (message: string): AwsError => new AwsError("InvalidTag", message, 400);
  if (tags.length > maximum[kind]) {
    throw new AwsError(
      "BadRequest",
      `${kind === "object" ? "Object" : "Bucket"} tags cannot be greater than ${maximum[kind]}`,
      400,
    );
  }
  const seen = new Set<string>();
  for (const { Key = "", Value = "" } of tags) {
    if (Key === "" || Key.length > 128) throw invalid("The TagKey you have provided is invalid");
    if (Value.length > 256) throw invalid("The TagValue you have provided is invalid");
    if (/^aws:/i.test(Key)) throw invalid("System tags cannot be added/updated by requester");
    if (seen.has(Key)) throw invalid("Cannot provide multiple Tags with the same key");
    seen.add(Key);
  }
  return tags.map(({ Key, Value }) => ({ Key, Value: Value ?? "" }));
}

/** The header x-amz-tagging: tags as a URL's query. */
export function tagsFromHeader(header: string | undefined): readonly Tag[] {
  if (header === undefined) return [];
  return checkTags(
    [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value })),
    "object",
  );
}
