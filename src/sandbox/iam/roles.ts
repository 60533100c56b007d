import {
  CreateRole$,
  DeleteRole$,
  GetRole$,
  ListRoles$,
  ListRoleTags$,
  TagRole$,
  UntagRole$,
  UpdateAssumeRolePolicy$,
  type CreateRoleCommandInput,
  type DeleteRoleCommandInput,
  type GetRoleCommandInput,
  type ListRolesCommandInput,
  type ListRoleTagsCommandInput,
  type TagRoleCommandInput,
  type UntagRoleCommandInput,
  type UpdateAssumeRolePolicyCommandInput,
} from "@aws-sdk/client-iam";
import { action, AwsError } from "../wire/action.ts";
import {
  alreadyExists,
  byName,
  checkName,
  checkPath,
  deleteConflict,
  entityKey,
  findRole,
  getRole,
  mergeTags,
  noSuchEntity,
  page,
  roleShape,
} from "./entities.ts";
import { managedPolicyDocument } from "./managed-policies.ts";
import { parsePolicy } from "./policy-document.ts";
import type { World } from "../world.ts";
import { newAccessKeyId, type StoredRole } from "./store.ts";

export const createRole = action(CreateRole$, async (input: CreateRoleCommandInput, { world }) => {
  const name = checkName(input.RoleName, "roleName", 64);
  const path = checkPath(input.Path);
  const trustPolicy = input.AssumeRolePolicyDocument ?? "";
  parsePolicy(trustPolicy, "trust");
  const maxSessionSeconds = input.MaxSessionDuration ?? 3600;
  if (maxSessionSeconds < 3600 || maxSessionSeconds > 43_200) {
    throw new AwsError("ValidationError", "MaxSessionDuration must be between 3600 and 43200 seconds");
  }
  if (findRole(world.iam, name)) throw alreadyExists(`Role with name ${name} already exists.`);
  const role: StoredRole = {
    id: newAccessKeyId("AROA"),
    name,
    path,
    createdAt: world.now().toISOString(),
    trustPolicy,
    description: input.Description ?? "",
    maxSessionSeconds,
    tags: mergeTags([], input.Tags),
    inlinePolicies: [],
    attachedPolicies: [],
    boundaryArn: checkBoundary(world, input.PermissionsBoundary),
  };
  world.iam.data.roles[entityKey(name)] = role;
  await world.iam.save();
  return { Role: { ...roleShape(role), Tags: role.tags.length > 0 ? role.tags : undefined } };
});

export const getRoleAction = action(GetRole$, (input: GetRoleCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  return { Role: { ...roleShape(role), Tags: role.tags.length > 0 ? role.tags : undefined, RoleLastUsed: {} } };
});

export const deleteRole = action(DeleteRole$, async (input: DeleteRoleCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  const profiles = Object.values(world.iam.data.instanceProfiles);
  if (profiles.some(({ roleName }) => roleName === role.name)) {
    throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  }
  if (role.attachedPolicies.length > 0) {
    throw deleteConflict("Cannot delete entity, must detach all policies first.");
  }
  if (role.inlinePolicies.length > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
  delete world.iam.data.roles[entityKey(role.name)];
  await world.iam.save();
  return {};
});

export const listRoles = action(ListRoles$, (input: ListRolesCommandInput, { world }) => {
  const roles = byName(world.iam.data.roles).filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
  const { items, ...rest } = page(roles, input);
  return { Roles: items.map(roleShape), ...rest };
});

export const updateAssumeRolePolicy = action(
  UpdateAssumeRolePolicy$,
  async (input: UpdateAssumeRolePolicyCommandInput, { world }) => {
    const role = getRole(world.iam, input.RoleName);
    parsePolicy(input.PolicyDocument ?? "", "trust");
    role.trustPolicy = input.PolicyDocument ?? "";
    await world.iam.save();
    return {};
  },
);

export const tagRole = action(TagRole$, async (input: TagRoleCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  role.tags = mergeTags(role.tags, input.Tags);
  await world.iam.save();
  return {};
});

export const untagRole = action(UntagRole$, async (input: UntagRoleCommandInput, { world }) => {
  const role = getRole(world.iam, input.RoleName);
  role.tags = role.tags.filter(({ Key }) => !(input.TagKeys ?? []).includes(Key));
  await world.iam.save();
  return {};
});

export const listRoleTags = action(ListRoleTags$, (input: ListRoleTagsCommandInput, { world }) => {
  const { items, ...rest } = page(getRole(world.iam, input.RoleName).tags, input);
  return { Tags: items, ...rest };
});

function checkBoundary(world: World, arn: string | undefined): string | undefined {
  if (arn === undefined || managedPolicyDocument(world.iam, arn) !== undefined) return arn;
  throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
}
