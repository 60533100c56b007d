import type {
  DeleteResult,
  Identity,
  InstanceProfile,
  PolicyDocument,
  ResourceIdentity,
  Role,
} from "../ports/identity.ts";
import type { Clients } from "./clients.ts";
import { deletion } from "./deletion.ts";
import { lookAtInstanceProfile } from "./look-at-profile.ts";
import { nameTaken } from "./name-taken.ts";
import { stackTag, tagList } from "./tags.ts";
import { isAwsError } from "./translate-error.ts";
import { notAws } from "./translate-setup.ts";

const noSuchEntity = ["NoSuchEntity", "NoSuchEntityException"] as const;

/** IAM and STS through the SDK. */
export function createIdentity(clients: Pick<Clients, "iam" | "sts">): Identity {
  return {
    async caller() {
      const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
      const { Account, Arn = "" } = await (await clients.sts()).send(new GetCallerIdentityCommand({}));
      // A page of a proxy can be read as an answer without anything in it.
      if (!Account) throw notAws({ en: "The answer names no account", ja: "応答にアカウントがありません" });
      return { account: Account, arn: Arn };
    },

    requireFreeName: (stack, name) => requireFreeName(clients, stack, name),

    findRole: (stack, roleName) => findRole(clients, stack, roleName),

    async createRole(identity, roleName, trust) {
      const { CreateRoleCommand } = await import("@aws-sdk/client-iam");
      const request = {
        RoleName: roleName,
        AssumeRolePolicyDocument: JSON.stringify(trust),
        Description: `lecture05: hosts of the stack ${identity.stack}`,
        Tags: tagList(identity),
      };
      try {
        const { Role } = await (await clients.iam()).send(new CreateRoleCommand(request));
        return { name: roleName, arn: Role?.Arn ?? "", managedPolicies: [], inlinePolicies: [] };
      } catch (error) {
        const { stack } = identity;
        const find = () => findRole(clients, stack, roleName);
        return existingOfOurs(error, find, () => requireFreeName(clients, stack, roleName));
      }
    },

    async attachManagedPolicy(roleName, policyArn) {
      const { AttachRolePolicyCommand } = await import("@aws-sdk/client-iam");
      await (await clients.iam()).send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: policyArn }));
    },

    async findInlinePolicy(roleName, policyName) {
      const { GetRolePolicyCommand } = await import("@aws-sdk/client-iam");
      const command = new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName });
      const found = await unlessAbsent(async () => (await clients.iam()).send(command));
      if (found?.PolicyDocument === undefined) return undefined;
      // IAM hands documents out URL-encoded.
      return JSON.parse(decodeURIComponent(found.PolicyDocument)) as PolicyDocument;
    },

    async putInlinePolicy(roleName, policyName, document) {
      const { PutRolePolicyCommand } = await import("@aws-sdk/client-iam");
      const request = { RoleName: roleName, PolicyName: policyName, PolicyDocument: JSON.stringify(document) };
      await (await clients.iam()).send(new PutRolePolicyCommand(request));
    },

    async deleteInlinePolicy(roleName, policyName) {
      const { DeleteRolePolicyCommand } = await import("@aws-sdk/client-iam");
      const command = new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: policyName });
      return (await unlessAbsent(async () => (await clients.iam()).send(command))) ? "deleted" : "absent";
    },

    deleteRole: (roleName) => deleteRole(clients, roleName),

    findInstanceProfile: (stack, profileName) => findInstanceProfile(clients, stack, profileName),

    lookAtInstanceProfile: (profileName) => lookAtInstanceProfile(clients, profileName),

    async createInstanceProfile(identity: ResourceIdentity, profileName: string) {
      const { CreateInstanceProfileCommand } = await import("@aws-sdk/client-iam");
      const request = { InstanceProfileName: profileName, Tags: tagList(identity) };
      try {
        const { InstanceProfile } = await (await clients.iam()).send(new CreateInstanceProfileCommand(request));
        return { name: profileName, arn: InstanceProfile?.Arn ?? "", roleNames: [] };
      } catch (error) {
        const find = () => findInstanceProfile(clients, identity.stack, profileName);
        return existingOfOurs(error, find, () => requireFreeName(clients, identity.stack, profileName));
      }
    },

    async addRoleToInstanceProfile(profileName, roleName) {
      const { AddRoleToInstanceProfileCommand, GetInstanceProfileCommand } = await import("@aws-sdk/client-iam");
      const iam = await clients.iam();
      // Asked first: for a profile that has its one role IAM answers LimitExceeded, and the SDK takes that for
      // throttling and tries for a quarter of a minute.
      const hasRole = async (): Promise<boolean> => {
        const found = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: profileName }));
        return found.InstanceProfile?.Roles?.some(({ RoleName }) => RoleName === roleName) ?? false;
      };
      if (await hasRole()) return;
      const names = { InstanceProfileName: profileName, RoleName: roleName };
      try {
        await iam.send(new AddRoleToInstanceProfileCommand(names));
      } catch (error) {
        // Also what a repeat is told whose first attempt had its effect, and lost its answer.
        if (!isAwsError(error, "LimitExceeded", "LimitExceededException") || !(await hasRole())) throw error;
      }
    },

    async deleteInstanceProfile(profileName) {
      const { GetInstanceProfileCommand, RemoveRoleFromInstanceProfileCommand, DeleteInstanceProfileCommand } =
        await import("@aws-sdk/client-iam");
      const client = await clients.iam();
      const names = { InstanceProfileName: profileName };
      const found = await unlessAbsent(() => client.send(new GetInstanceProfileCommand(names)));
      if (!found) return "absent";
      for (const { RoleName } of found.InstanceProfile?.Roles ?? []) {
        await unlessAbsent(() => client.send(new RemoveRoleFromInstanceProfileCommand({ ...names, RoleName })));
      }
      return deletion(() => client.send(new DeleteInstanceProfileCommand(names)), ...noSuchEntity);
    },
  };
}

async function findRole(clients: Pick<Clients, "iam">, stack: string, roleName: string): Promise<Role | undefined> {
  const { GetRoleCommand, paginateListAttachedRolePolicies, paginateListRolePolicies } =
    await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const found = await unlessAbsent(() => client.send(new GetRoleCommand({ RoleName: roleName })));
  if (!found?.Role || !isOurs(stack, found.Role.Tags)) return undefined;
  const attached: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName: roleName })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? []) attached.push(PolicyArn ?? "");
  }
  const inline: string[] = [];
  for await (const page of paginateListRolePolicies({ client }, { RoleName: roleName })) {
    inline.push(...(page.PolicyNames ?? []));
  }
  return { name: roleName, arn: found.Role.Arn ?? "", managedPolicies: attached, inlinePolicies: inline };
}

async function findInstanceProfile(
  clients: Pick<Clients, "iam">,
  stack: string,
  profileName: string,
): Promise<InstanceProfile | undefined> {
  const { GetInstanceProfileCommand } = await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const command = new GetInstanceProfileCommand({ InstanceProfileName: profileName });
  const profile = (await unlessAbsent(() => client.send(command)))?.InstanceProfile;
  if (!profile || !isOurs(stack, profile.Tags)) return undefined;
  return {
    name: profileName,
    arn: profile.Arn ?? "",
    roleNames: (profile.Roles ?? []).map(({ RoleName }) => RoleName ?? ""),
  };
}

/** IAM deletes only what nothing hangs on: policies and memberships in profiles go first. */
async function deleteRole(clients: Pick<Clients, "iam">, roleName: string): Promise<DeleteResult> {
  const {
    ListAttachedRolePoliciesCommand,
    DetachRolePolicyCommand,
    ListRolePoliciesCommand,
    DeleteRolePolicyCommand,
    ListInstanceProfilesForRoleCommand,
    RemoveRoleFromInstanceProfileCommand,
    DeleteRoleCommand,
  } = await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const names = { RoleName: roleName };
  const attached = await unlessAbsent(() => client.send(new ListAttachedRolePoliciesCommand(names)));
  if (!attached) return "absent";
  for (const { PolicyArn } of attached.AttachedPolicies ?? []) {
    await unlessAbsent(() => client.send(new DetachRolePolicyCommand({ ...names, PolicyArn })));
  }
  const inline = await unlessAbsent(() => client.send(new ListRolePoliciesCommand(names)));
  for (const PolicyName of inline?.PolicyNames ?? []) {
    await unlessAbsent(() => client.send(new DeleteRolePolicyCommand({ ...names, PolicyName })));
  }
  const profiles = await unlessAbsent(() => client.send(new ListInstanceProfilesForRoleCommand(names)));
  for (const { InstanceProfileName } of profiles?.InstanceProfiles ?? []) {
    const member = { ...names, InstanceProfileName };
    await unlessAbsent(() => client.send(new RemoveRoleFromInstanceProfileCommand(member)));
  }
  return deletion(() => client.send(new DeleteRoleCommand(names)), ...noSuchEntity);
}

async function requireFreeName(clients: Pick<Clients, "iam">, stack: string, name: string): Promise<void> {
  const { GetInstanceProfileCommand, GetRoleCommand } = await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const [role, profile] = await Promise.all([
    unlessAbsent(() => client.send(new GetRoleCommand({ RoleName: name }))),
    unlessAbsent(() => client.send(new GetInstanceProfileCommand({ InstanceProfileName: name }))),
  ]);
  const kinds = [
    [{ en: "role", ja: "IAM ロール" }, role?.Role],
    [{ en: "instance profile", ja: "インスタンスプロファイル" }, profile?.InstanceProfile],
  ] as const;
  for (const [kind, found] of kinds) {
    if (!found || isOurs(stack, found.Tags)) continue;
    throw nameTaken(kind, name, found.Arn ?? name, found.Tags?.find(({ Key }) => Key === stackTag)?.Value);
  }
}

function isOurs(
  stack: string,
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): boolean {
  return tags.some(({ Key, Value }) => Key === stackTag && Value === stack);
}

async function unlessAbsent<Output>(call: () => Promise<Output>): Promise<Output | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, ...noSuchEntity)) return undefined;
    throw error;
  }
}

/** What stands in the way of a creating call, when it is ours of an earlier run. Somebody else's is NAME_TAKEN. */
async function existingOfOurs<Found>(
  error: unknown,
  find: () => Promise<Found | undefined>,
  requireFree: () => Promise<void>,
): Promise<Found> {
  if (!isAwsError(error, "EntityAlreadyExists", "EntityAlreadyExistsException")) throw error;
  const found = await find();
  if (found !== undefined) return found;
  await requireFree();
  throw error;
}
