import {
  AddRoleToInstanceProfile$,
  CreateInstanceProfile$,
  DeleteInstanceProfile$,
  GetInstanceProfile$,
  ListInstanceProfiles$,
  ListInstanceProfilesForRole$,
  ListInstanceProfileTags$,
  RemoveRoleFromInstanceProfile$,
  TagInstanceProfile$,
  type AddRoleToInstanceProfileCommandInput,
  type CreateInstanceProfileCommandInput,
  type DeleteInstanceProfileCommandInput,
  type GetInstanceProfileCommandInput,
  type ListInstanceProfilesCommandInput,
  type ListInstanceProfilesForRoleCommandInput,
  type ListInstanceProfileTagsCommandInput,
  type RemoveRoleFromInstanceProfileCommandInput,
  type TagInstanceProfileCommandInput,
} from "@aws-sdk/client-iam";
import { action } from "../wire/action.ts";
import {
  alreadyExists,
  byName,
  checkName,
  checkPath,
  deleteConflict,
  entityKey,
  findInstanceProfile,
  getInstanceProfile,
  getRole,
  instanceProfileShape,
  limitExceeded,
  mergeTags,
  noSuchEntity,
  page,
} from "./entities.ts";
import { newAccessKeyId, type StoredInstanceProfile } from "./store.ts";

export const createInstanceProfile = action(
  CreateInstanceProfile$,
  async (input: CreateInstanceProfileCommandInput, { world }) => {
    const name = checkName(input.InstanceProfileName, "instanceProfileName", 128);
    const path = checkPath(input.Path);
    if (findInstanceProfile(world.iam, name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
    const profile: StoredInstanceProfile = {
      id: newAccessKeyId("AIPA"),
      name,
      path,
      createdAt: world.now().toISOString(),
      roleName: undefined,
      tags: mergeTags([], input.Tags),
    };
    world.iam.data.instanceProfiles[entityKey(name)] = profile;
    await world.iam.save();
    return { InstanceProfile: { ...instanceProfileShape(world.iam, profile), Tags: tagsOrNone(profile) } };
  },
);

export const getInstanceProfileAction = action(
  GetInstanceProfile$,
  (input: GetInstanceProfileCommandInput, { world }) => {
    const profile = getInstanceProfile(world.iam, input.InstanceProfileName);
    return { InstanceProfile: { ...instanceProfileShape(world.iam, profile), Tags: tagsOrNone(profile) } };
  },
);

export const deleteInstanceProfile = action(
  DeleteInstanceProfile$,
  async (input: DeleteInstanceProfileCommandInput, { world }) => {
    const profile = getInstanceProfile(world.iam, input.InstanceProfileName);
    if (profile.roleName !== undefined) {
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    delete world.iam.data.instanceProfiles[entityKey(profile.name)];
    await world.iam.save();
    return {};
  },
);

export const addRoleToInstanceProfile = action(
  AddRoleToInstanceProfile$,
  async (input: AddRoleToInstanceProfileCommandInput, { world }) => {
    const profile = getInstanceProfile(world.iam, input.InstanceProfileName);
    const role = getRole(world.iam, input.RoleName);
    if (profile.roleName !== undefined) {
      throw limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    }
    profile.roleName = role.name;
    await world.iam.save();
    return {};
  },
);

export const removeRoleFromInstanceProfile = action(
  RemoveRoleFromInstanceProfile$,
  async (input: RemoveRoleFromInstanceProfileCommandInput, { world }) => {
    const profile = getInstanceProfile(world.iam, input.InstanceProfileName);
    const role = getRole(world.iam, input.RoleName);
    if (profile.roleName !== role.name) {
      throw noSuchEntity(`Role ${role.name} is not in Instance Profile ${profile.name}.`);
    }
    profile.roleName = undefined;
    await world.iam.save();
    return {};
  },
);

export const listInstanceProfiles = action(
  ListInstanceProfiles$,
  (input: ListInstanceProfilesCommandInput, { world }) => {
    const all = byName(world.iam.data.instanceProfiles).filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
    const { items, ...rest } = page(all, input);
    return { InstanceProfiles: items.map((profile) => instanceProfileShape(world.iam, profile)), ...rest };
  },
);

export const listInstanceProfilesForRole = action(
  ListInstanceProfilesForRole$,
  (input: ListInstanceProfilesForRoleCommandInput, { world }) => {
    const role = getRole(world.iam, input.RoleName);
    const all = byName(world.iam.data.instanceProfiles).filter(({ roleName }) => roleName === role.name);
    const { items, ...rest } = page(all, input);
    return { InstanceProfiles: items.map((profile) => instanceProfileShape(world.iam, profile)), ...rest };
  },
);

export const listInstanceProfileTags = action(
  ListInstanceProfileTags$,
  (input: ListInstanceProfileTagsCommandInput, { world }) => {
    const { items, ...rest } = page(getInstanceProfile(world.iam, input.InstanceProfileName).tags, input);
    return { Tags: items, ...rest };
  },
);

export const tagInstanceProfile = action(
  TagInstanceProfile$,
  async (input: TagInstanceProfileCommandInput, { world }) => {
    const profile = getInstanceProfile(world.iam, input.InstanceProfileName);
    profile.tags = mergeTags(profile.tags, input.Tags);
    await world.iam.save();
    return {};
  },
);

function tagsOrNone(profile: StoredInstanceProfile) {
  return profile.tags.length > 0 ? profile.tags : undefined;
}
