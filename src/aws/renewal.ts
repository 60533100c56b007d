import { Lecture05Error } from "../errors.ts";
import { renewalOf } from "./profile.ts";
import { translateError } from "./translate-error.ts";

/** An error about the credentials, with the command that gives new ones for just this profile. */
export async function withRenewal(
  error: unknown,
  profile: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<unknown> {
  const known = translateError(error);
  if (known?.code !== "CREDENTIALS_EXPIRED" && known?.code !== "CREDENTIALS_MISSING") return error;
  // A question that nobody can answer says itself what to do.
  if (known === error) return error;
  const next = [...(await renewalOf(profile, env)), "aws configure list"];
  return new Lecture05Error(known.code, { ...known.detail, next });
}
