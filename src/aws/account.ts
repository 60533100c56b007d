import type { Account, Credentials } from "../ports/account.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { findInstanceType } from "./account/instance-type.ts";
import { askPermissions } from "./account/permissions.ts";
import { findQuota } from "./account/quotas.ts";
import type { Clients } from "./clients.ts";
import type { ResolvedCredentials } from "./credential-chain.ts";
import { readProfile, renewalOf } from "./profile.ts";

type Needed = Pick<Clients, "credentials" | "ec2" | "elbv2" | "iam" | "serviceQuotas">;

export interface AccountOptions {
  readonly profile: string | undefined;
  readonly region: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The account port over EC2, Service Quotas and IAM's policy simulator. */
export function createAccount(clients: Needed, { profile, region, env }: AccountOptions): Account {
  return {
    credentials: async () => describeCredentials(await clients.credentials(), profile, env),
    findInstanceType: (instanceType) => findInstanceType(clients, instanceType),
    findQuota: (name) => findQuota(clients, name),
    permissions: (request) => askPermissions(clients, { ...request, region }),
  };
}

/** What the SDK notes as the source of credentials, and how people call it; the first that is there counts. */
const sources: readonly (readonly [RegExp, LocalizedText, { readonly renewsItself: boolean }])[] = [
  [/SSO/, untranslated("SSO"), { renewsItself: true }],
  [/LOGIN/, { en: "console login (aws login)", ja: "コンソールのログイン (aws login)" }, { renewsItself: true }],
  [/STS_ASSUME_ROLE|SOURCE_PROFILE|WEB_ID/, { en: "assumed role", ja: "引き受けたロール" }, { renewsItself: true }],
  [/PROCESS/, { en: "a program (credential_process)", ja: "プログラム (credential_process)" }, { renewsItself: true }],
  [/IMDS|HTTP/, { en: "this machine's role", ja: "このマシンのロール" }, { renewsItself: true }],
  [/ENV_VARS/, { en: "environment variables", ja: "環境変数" }, { renewsItself: false }],
  [/PROFILE/, { en: "keys of a profile", ja: "プロファイルのキー" }, { renewsItself: false }],
];

export async function describeCredentials(
  { $source = {}, expiration }: ResolvedCredentials,
  profile: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const noted = Object.keys($source).join(" ");
  const [, source, { renewsItself }] = sources.find(([pattern]) => pattern.test(noted)) ?? [
    undefined,
    { en: "given keys", ja: "指定されたキー" },
    { renewsItself: false },
  ];
  const facts = await readProfile(profile);
  const isOfProfile = facts.kind !== "absent" && !/ENV_VARS|IMDS|HTTP/.test(noted);
  const place = isOfProfile ? ` (${facts.name}${facts.mfaDevice ? ", MFA" : ""})` : "";
  return {
    source: { en: `${source.en}${place}`, ja: `${source.ja}${place}` },
    expiresAt: expiration,
    renewsItself,
    renewal: await renewalOf(profile, env),
  };
}
