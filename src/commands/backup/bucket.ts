import { Lecture05Error } from "../../errors.ts";
import { shown } from "../../text.ts";
import type { Invocation } from "../command.ts";
import type { Reached } from "../stack-session.ts";

/** The bucket of the backups: the one that was named, else the stack's own, whether the stack stands or not. */
export async function backupBucketOf(invocation: Invocation, { stack, region, connection }: Reached): Promise<string> {
  const { backupBucketNameFor } = await (await invocation.services()).backups();
  return namedBucket(invocation) ?? backupBucketNameFor({ stack, region, account: connection.account });
}

/** Refused before anything is reached. */
export function namedBucket({ options }: Pick<Invocation, "options">): string | undefined {
  const { bucket } = options;
  if (typeof bucket !== "string") return undefined;
  if (/^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/.test(bucket) && !bucket.includes("..")) return bucket;
  throw new Lecture05Error("USAGE", {
    what: { en: "The value of --bucket is not valid", ja: "--bucket の値が正しくありません" },
    why: {
      en: `"${shown(bucket)}" is no bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens`,
      ja: `"${shown(bucket)}": バケット名は小文字の英数字、ドット、ハイフンの 3〜63 文字です`,
    },
    next: ["lecture05 backup", "lecture05 restore --help"],
  });
}

export const exitCodeOf = (checks: readonly { readonly ok: boolean }[]): number =>
  checks.every(({ ok }) => ok) ? 0 : 1;
