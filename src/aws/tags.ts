import { expiryTag } from "../ports/expiry.ts";
import type { ResourceIdentity } from "../ports/identity.ts";

export const stackTag = "lecture05:stack";
export const stepTag = "lecture05:step";
export const nameTag = "lecture05:name";

/** The tags that every resource of ours carries; `Name` is what the AWS console shows. */
export function tagsOf(identity: ResourceIdentity): Record<string, string> {
  return {
    [stackTag]: identity.stack,
    [stepTag]: identity.step,
    [nameTag]: identity.name,
    Name: `${identity.stack}-${identity.name}`,
    ...(identity.expiresAt === undefined ? {} : { [expiryTag]: identity.expiresAt }),
  };
}

/** The same as the list that most AWS operations take. */
export function tagList(identity: ResourceIdentity): { Key: string; Value: string }[] {
  return Object.entries(tagsOf(identity)).map(([Key, Value]) => ({ Key, Value }));
}
