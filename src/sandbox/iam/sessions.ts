import { learnSecrets } from "../../records/redact.ts";
import type { World } from "../world.ts";
import { findInstanceProfile, findRole } from "./entities.ts";
import { parsePolicy, type Statement } from "./policy-document.ts";
import { wildcardMatch } from "./policy-evaluation.ts";
import { newAccessKeyId, newSecret, newSessionToken, type StoredRole, type StoredSession } from "./store.ts";

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly roleName: string;
}

const instanceSessionSeconds = 6 * 3600;
/** EC2 hands out new credentials at least this long before the old ones end. */
const renewBeforeMs = 60 * 60 * 1000;

/** The credentials that an instance's metadata service shows: of the role in its instance profile, kept until they age. */
export async function credentialsForInstance(world: World, instanceId: string): Promise<RoleCredentials | undefined> {
  const role = roleOfInstance(world, instanceId);
  if (!role || !trusts(role, "Service", "ec2.amazonaws.com")) return undefined;
  const current = Object.entries(world.iam.data.sessions).find(
    ([, session]) =>
      session.sessionName === instanceId &&
      session.roleId === role.id &&
      Date.parse(session.expiresAt) - world.now().getTime() > renewBeforeMs,
  );
  return current ? credentialsOf(...current) : issueSession(world, role, instanceId, instanceSessionSeconds);
}

export function roleOfInstance(world: World, instanceId: string): StoredRole | undefined {
  const profileName = world.ec2.instanceProfileName(instanceId);
  const roleName = profileName === undefined ? undefined : findInstanceProfile(world.iam, profileName)?.roleName;
  return roleName === undefined ? undefined : findRole(world.iam, roleName);
}

/** Makes temporary credentials and keeps them, so that they outlive a restart; expired ones are forgotten. */
export async function issueSession(
  world: World,
  role: StoredRole,
  sessionName: string,
  durationSeconds: number,
): Promise<RoleCredentials> {
  const now = world.now();
  const { sessions } = world.iam.data;
  for (const [accessKeyId, session] of Object.entries(sessions)) {
    // Kept for a day past their end, so that late users learn "expired" and not "unknown".
    if (Date.parse(session.expiresAt) < now.getTime() - 86_400_000) delete sessions[accessKeyId];
  }
  const accessKeyId = newAccessKeyId("ASIA");
  const session: StoredSession = {
    secretAccessKey: newSecret(30),
    sessionToken: newSessionToken(),
    issuedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + durationSeconds * 1000).toISOString(),
    roleName: role.name,
    roleId: role.id,
    sessionName,
  };
  learnSecrets(session.secretAccessKey, session.sessionToken);
  sessions[accessKeyId] = session;
  await world.iam.save();
  return credentialsOf(accessKeyId, session);
}

function credentialsOf(accessKeyId: string, session: StoredSession): RoleCredentials {
  return {
    accessKeyId,
    secretAccessKey: session.secretAccessKey,
    sessionToken: session.sessionToken,
    issuedAt: new Date(session.issuedAt),
    expiresAt: new Date(session.expiresAt),
    roleName: session.roleName,
  };
}

/** Whether the role's trust policy lets a service ("ec2.amazonaws.com") or an AWS principal (an ARN) assume it. */
export function trusts(role: StoredRole, kind: "Service" | "AWS", name: string): boolean {
  const matching = parsePolicy(role.trustPolicy, "trust").filter(
    (statement) =>
      (statement.actions ?? []).some((pattern) => wildcardMatch(pattern.toLowerCase(), "sts:assumerole")) &&
      namesPrincipal(statement, kind, name),
  );
  return matching.some(({ effect }) => effect === "Allow") && !matching.some(({ effect }) => effect === "Deny");
}

function namesPrincipal(statement: Statement, kind: "Service" | "AWS", name: string): boolean {
  const { principal } = statement;
  if (principal === "*") return true;
  const given: unknown = (principal as Readonly<Record<string, unknown>> | undefined)?.[kind];
  const names: unknown[] = Array.isArray(given) ? given : [given];
  const account = /^arn:aws:[a-z]+::(\d{12}):/.exec(name)?.[1];
  const accepted = new Set(["*", name, ...(account ? [account, `arn:aws:iam::${account}:root`] : [])]);
  return names.some((item) => typeof item === "string" && accepted.has(item));
}
