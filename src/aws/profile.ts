import type { Credentials } from "../ports/account.ts";
import type { LocalizedText } from "../text.ts";

/** How a profile of ~/.aws comes to its credentials. */
export interface ProfileFacts {
  readonly name: string;
  readonly kind: "sso" | "login" | "role" | "process" | "keys" | "session-keys" | "absent";
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
  return { name, kind: found.aws_session_token ? "session-keys" : "keys" };
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
      return [signInToProgram(start.name), `aws configure list${flag}`];
    case "session-keys":
      return [replaceKeys(start.name)];
    case "absent":
      if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return [newToken];
      return ["aws configure sso", "aws configure", "lecture05 up --target aws --profile NAME"];
    default:
      // Keys of a user do not end; a session of a role that they take does, and is taken anew with each command.
      return facts.sourceProfile ? [takesRoleAgain(facts), `aws configure list${flag}`] : [`aws configure${flag}`];
  }
}

const exportAgain: LocalizedText = {
  en: "Get new keys where the present ones came from, and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again",
  ja: "AWS アクセスポータルなどの取得元で新しいキーを発行し、AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_SESSION_TOKEN を設定し直してください",
};

const replaceKeys = (profile: string): LocalizedText => ({
  en: `Get new keys where the present ones came from (aws sts get-session-token), and write them, aws_session_token too, into profile ${profile}`,
  ja: `取得元で新しいキーを発行し (aws sts get-session-token など)、aws_session_token も含めてプロファイル ${profile} に書き込んでください`,
});

const signInToProgram = (profile: string): LocalizedText => ({
  en: `Sign in again to the program that credential_process of profile ${profile} names`,
  ja: `プロファイル ${profile} の credential_process に書かれたプログラムでサインインし直してください`,
});

const newToken: LocalizedText = {
  en: "The token in the file of AWS_WEB_IDENTITY_TOKEN_FILE has ended: have it issued anew (in CI: start the job again)",
  ja: "AWS_WEB_IDENTITY_TOKEN_FILE のトークンの期限が切れています。発行し直してください (CI ではジョブを再実行)",
};

const takesRoleAgain = ({ name, mfaDevice }: ProfileFacts): LocalizedText => ({
  en: `The next command takes the role of profile ${name} again${mfaDevice ? ", and asks for the MFA code" : ""}`,
  ja: `次のコマンドでプロファイル ${name} のロールを引き受け直します${mfaDevice ? " (MFA コードの入力が必要です)" : ""}`,
});
