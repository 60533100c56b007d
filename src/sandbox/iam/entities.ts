import { AwsError } from "../wire/action.ts";
import { sandboxAccount } from "../world.ts";
import type { IamStore, StoredInstanceProfile, StoredRole, StoredTag } from "./store.ts";

/** Names are unique without regard to case. The slash keeps names like __proto__ from meaning something to the map. */
export function entityKey(name: string): string {
  return `/${name.toLowerCase()}`;
}

export function findRole(iam: IamStore, name: string): StoredRole | undefined {
  return iam.data.roles[entityKey(name)];
}

export function getRole(iam: IamStore, name: string | undefined): StoredRole {
  const role = findRole(iam, name ?? "");
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

export function findInstanceProfile(iam: IamStore, name: string): StoredInstanceProfile | undefined {
  return iam.data.instanceProfiles[entityKey(name)];
}

export function getInstanceProfile(iam: IamStore, name: string | undefined): StoredInstanceProfile {
  const profile = findInstanceProfile(iam, name ?? "");
  if (!profile) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

export function roleArn(role: { readonly path: string; readonly name: string }): string {
  return `arn:aws:iam::${sandboxAccount}:role${role.path}${role.name}`;
}

export function instanceProfileArn(profile: { readonly path: string; readonly name: string }): string {
  return `arn:aws:iam::${sandboxAccount}:instance-profile${profile.path}${profile.name}`;
}

/** IAM writes policy documents URL-encoded (RFC 3986) into its answers. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function roleShape(role: StoredRole) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description === "" ? undefined : role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary:
      role.boundaryArn === undefined
        ? undefined
        : { PermissionsBoundaryType: "PermissionsBoundaryPolicy" as const, PermissionsBoundaryArn: role.boundaryArn },
  };
}

export function instanceProfileShape(iam: IamStore, profile: StoredInstanceProfile) {
  const role = profile.roleName === undefined ? undefined : findRole(iam, profile.roleName);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: instanceProfileArn(profile),
    CreateDate: new Date(profile.createdAt),
    Roles: role ? [roleShape(role)] : [],
  };
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, 404);
}

export function alreadyExists(message: string): AwsError {
  return new AwsError("EntityAlreadyExists", message, 409);
}

export function deleteConflict(message: string): AwsError {
  return new AwsError("DeleteConflict", message, 409);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceeded", message, 409);
}

/** Checks a name by IAM's pattern; `member` is the parameter as its message spells it. */
export function checkName(name: string | undefined, member: string, maximumLength: number): string {
  const value = name ?? "";
  const constraint = /^[\w+=,.@-]+$/.test(value)
    ? value.length <= maximumLength
      ? undefined
      : `Member must have length less than or equal to ${maximumLength}`
    : String.raw`Member must satisfy regular expression pattern: [\w+=,.@-]+`;
  if (constraint === undefined) return value;
  throw new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

export function checkPath(path: string | undefined): string {
  const value = path ?? "/";
  if (/^(\/|\/[\u0021-\u007e]+\/)$/.test(value) && value.length <= 512) return value;
  throw new AwsError("ValidationError", "The specified value for path is invalid.");
}

/** Tags with one value per key: the last one given wins. */
export function mergeTags(
  old: readonly StoredTag[],
  added: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): StoredTag[] {
  const tags = new Map(old.map(({ Key, Value }) => [Key, Value]));
  for (const { Key, Value } of added ?? []) {
    if (!Key) throw new AwsError("ValidationError", "Tag keys must not be empty");
    if (Key.toLowerCase().startsWith("aws:")) {
      throw new AwsError("InvalidInput", "Tag keys must not start with the reserved prefix aws:");
    }
    tags.set(Key, Value ?? "");
  }
  if (tags.size > 50) throw limitExceeded("The number of tags has reached the maximum limit of 50.");
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** A page by MaxItems and Marker, in the order of the names. */
export function page<Item>(
  items: readonly Item[],
  input: { MaxItems?: number | undefined; Marker?: string | undefined },
): { items: Item[]; IsTruncated: boolean; Marker: string | undefined } {
  const size = input.MaxItems ?? 100;
  if (size < 1 || size > 1000) {
    throw new AwsError(
      "ValidationError",
      `1 validation error detected: Value '${size}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000`,
    );
  }
  const start = input.Marker === undefined ? 0 : Number(Buffer.from(input.Marker, "base64").toString("latin1"));
  if (!Number.isInteger(start) || start < 0) throw new AwsError("ValidationError", "Invalid Marker.");
  const truncated = start + size < items.length;
  return {
    items: items.slice(start, start + size),
    IsTruncated: truncated,
    Marker: truncated ? Buffer.from(String(start + size), "latin1").toString("base64") : undefined,
  };
}

export function byName<Item extends { readonly name: string }>(items: Readonly<Record<string, Item>>): Item[] {
  return Object.values(items).sort((a, b) => (a.name < b.name ? -1 : 1));
}
