import { AssumeRole$, GetCallerIdentity$, type AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { findRole, roleArn } from "../iam/entities.ts";
import { issueSession, trusts } from "../iam/sessions.ts";
import { action, AwsError, type Caller, type ServiceDefinition } from "../wire/action.ts";
import type { World } from "../world.ts";

const getCallerIdentity = action(GetCallerIdentity$, (_input: object, { world, caller }) => ({
  Account: world.account,
  Arn: caller.arn,
  UserId: userIdOf(world, caller),
}));

function userIdOf(world: World, caller: Caller): string {
  if (caller.roleName === undefined) return world.account;
  const roleId = findRole(world.iam, caller.roleName)?.id ?? "";
  return `${roleId}:${caller.arn.slice(caller.arn.lastIndexOf("/") + 1)}`;
}

const assumeRole = action(AssumeRole$, async (input: AssumeRoleCommandInput, { world, caller }) => {
  const { RoleArn = "", RoleSessionName = "" } = input;
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
    throw new AwsError(
      "ValidationError",
      String.raw`1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
    );
  }
  const role = findRole(world.iam, RoleArn.slice(RoleArn.lastIndexOf("/") + 1));
  // AWS does not tell a role that is not there from one that may not be assumed.
  if (!role || roleArn(role) !== RoleArn || !trusts(role, "AWS", caller.arn)) {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`;
    throw new AwsError("AccessDenied", message, 403);
  }
  const durationSeconds = input.DurationSeconds ?? 3600;
  if (durationSeconds < 900 || durationSeconds > role.maxSessionSeconds) {
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  const issued = await issueSession(world, role, RoleSessionName, durationSeconds);
  return {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      SessionToken: issued.sessionToken,
      Expiration: issued.expiresAt,
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${RoleSessionName}`,
      Arn: `arn:aws:sts::${world.account}:assumed-role/${role.name}/${RoleSessionName}`,
    },
  };
});

export const stsService: ServiceDefinition = {
  signingName: "sts",
  protocol: "awsQuery",
  version: "2011-06-15",
  xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  actions: [getCallerIdentity, assumeRole],
};
