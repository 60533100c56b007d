import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { JsonStore, type Persistence } from "../json-store.ts";
import { sandboxAccount } from "../world.ts";
import { entityKey } from "./entities.ts";
import type { SigningCredentials } from "../wire/verify.ts";

export interface StoredTag {
  readonly Key: string;
  readonly Value: string;
}

export interface StoredInlinePolicy {
  readonly name: string;
  /** As it was given. */
  readonly document: string;
}

export interface StoredRole {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: string;
  trustPolicy: string;
  description: string;
  maxSessionSeconds: number;
  tags: StoredTag[];
  inlinePolicies: StoredInlinePolicy[];
  /** ARNs in the order of attaching. */
  attachedPolicies: string[];
  /** The managed policy that bounds what the others may allow. */
  boundaryArn?: string | undefined;
}

export interface StoredInstanceProfile {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: string;
  /** At most one: IAM's own limit. */
  roleName: string | undefined;
  tags: StoredTag[];
}

export interface StoredPolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: string;
  readonly description: string;
  readonly document: string;
}

/** Temporary credentials of a role, for an instance or by AssumeRole. */
export interface StoredSession {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
  readonly issuedAt: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
}

export interface IamData {
  root: { accessKeyId: string; secretAccessKey: string };
  roles: Record<string, StoredRole>;
  instanceProfiles: Record<string, StoredInstanceProfile>;
  policies: Record<string, StoredPolicy>;
  sessions: Record<string, StoredSession>;
}

/** IAM's state. The maps are keyed by `entityKey`. */
export interface IamStore extends Persistence {
  readonly data: IamData;
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  findCredentials(accessKeyId: string): SigningCredentials | undefined;
}

/** Where the CLI reads the root key from; the one file of IAM that is read outside the daemon. */
export const rootCredentialsFile = "iam.json";

export function createIamStore(home: string): IamStore {
  const store = new JsonStore<IamData>(join(home, rootCredentialsFile), {
    root: { accessKeyId: "", secretAccessKey: "" },
    roles: {},
    instanceProfiles: {},
    policies: {},
    sessions: {},
  });
  const { data } = store;
  if (data.root.accessKeyId === "") {
    data.root = { accessKeyId: newAccessKeyId("AKIA"), secretAccessKey: newSecret(30) };
  }
  return {
    data,
    get rootCredentials() {
      return data.root;
    },
    ...store.persistence,
    findCredentials(accessKeyId) {
      if (accessKeyId === data.root.accessKeyId) {
        const arn = `arn:aws:iam::${sandboxAccount}:root`;
        return { secretAccessKey: data.root.secretAccessKey, caller: { accessKeyId, arn } };
      }
      const session = Object.hasOwn(data.sessions, accessKeyId) ? data.sessions[accessKeyId] : undefined;
      // Credentials of a role that was deleted, also if another one now has its name, are worth nothing.
      if (!session || data.roles[entityKey(session.roleName)]?.id !== session.roleId) return undefined;
      return sessionCredentials(accessKeyId, session);
    },
  };
}

function sessionCredentials(accessKeyId: string, session: StoredSession): SigningCredentials {
  return {
    secretAccessKey: session.secretAccessKey,
    sessionToken: session.sessionToken,
    expiresAt: new Date(session.expiresAt),
    caller: {
      accessKeyId,
      arn: `arn:aws:sts::${sandboxAccount}:assumed-role/${session.roleName}/${session.sessionName}`,
      roleName: session.roleName,
    },
  };
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id as IAM makes them: a prefix that tells the kind, and letters and digits. */
export function newAccessKeyId(prefix: "AKIA" | "ASIA" | "AROA" | "AIPA" | "ANPA"): string {
  const letters = [...randomBytes(16)].map((byte) => base32.charAt(byte % 32));
  return prefix + letters.join("");
}

export function newSecret(bytes: number): string {
  return randomBytes(bytes).toString("base64");
}

export function newSessionToken(): string {
  return `${Buffer.from(randomUUID()).toString("base64")}${newSecret(96)}`;
}
