import type { Credentials } from "../ports/account.ts";
import type { LocalizedText } from "../text.ts";

/** How a profile of ~/.aws comes to its credentials. */
export interface ProfileFacts {
  readonly name: string;
  readonly kind: "sso" | "login" | "role" | "process" | "keys" | "absent";
  /** The profile whose credentials take the role. */
  readonly sourceProfile?: string | undefined;
  readonly mfaDevice?: string | undefined;
}

/** Reads ~/.aws/config and ~/.aws/credentials (or where AWS_CONFIG_FILE and its like say). */
export async function readProfile(profile: string | undefined): Promise<ProfileFacts> {
  const { getProfileName, parseKnownFiles } = await import("@smithy/core/config");
  const name = getProfileName(profile ? { profile } : {});
  const found = (await parseKnownFiles(profile ? { profile } : {}))[name];
  if (!found) return { name, kind: "absent" };
  const { role_arn: role, source_profile: sourceProfile, mfa_serial: mfaDevice } = found;
  if (role) return { name, kind: "role", sourceProfile, mfaDevice };
  if (found.sso_session ?? found.sso_start_url) return { name, kind: "sso" };
  if (found.login_session) return { name, kind: "login" };
  if (found.credential_process) return { name, kind: "process" };
  return { name, kind: "keys" };
}

/** Whether keys in the variables are the ones that count: a profile that was named wins over them. */
export function keysAreInVariables(profile: string | undefined, env: NodeJS.ProcessEnv): boolean {
  return !profile && !env.AWS_PROFILE && Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
}

/** What to do for new credentials, the most likely first. */
export async function renewalOf(profile: string | undefined, env: NodeJS.ProcessEnv): Promise<Credentials["renewal"]> {
  if (keysAreInVariables(profile, env)) return [exportAgain];
  const facts = await readProfile(profile);
  const start = facts.sourceProfile ? await readProfile(facts.sourceProfile) : facts;
  const flag = start.name === "default" ? "" : ` --profile ${start.name}`;
  switch (start.kind) {
    case "sso":
      return [`aws sso login${flag}`];
    case "login":
      return [`aws login${flag}`];
    case "process":
      return [`aws configure list${flag}`];
    case "absent":
      return ["aws configure sso", "aws configure", "lecture05 up --target aws --profile NAME"];
    default:
      return [`aws configure${flag}`];
  }
}

const exportAgain: LocalizedText = {
  en: "Get new keys where the present ones came from, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again",
  ja: "AWS アクセスポータルなどの取得元で新しいキーを発行し、AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_SESSION_TOKEN を設定し直してください",
};
