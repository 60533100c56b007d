import type { Account } from "../ports/account.ts";
import { untranslated } from "../text.ts";
import type { PreflightCheck } from "./check.ts";

/** A whole `up` on AWS takes about a quarter of an hour; whoever loses the keys in its middle has half a stack. */
export const neededMinutes = 30;

const title = { en: "Credentials", ja: "認証情報" };

export async function checkCredentials(account: Account, now: Date): Promise<PreflightCheck> {
  const { source, expiresAt, renewsItself, renewal } = await account.credentials();
  if (!expiresAt) return { name: "credentials", title, verdict: "ok", observed: source };
  const minutes = Math.floor((expiresAt.getTime() - now.getTime()) / 60_000);
  const end = expiresAt.toISOString();
  if (renewsItself) {
    const observed = { en: `${source.en}, renewed before ${end}`, ja: `${source.ja}、${end} までに自動更新` };
    return { name: "credentials", title, verdict: "ok", observed };
  }
  const observed = {
    en: `${source.en}, for ${minutes} more minutes (until ${end})`,
    ja: `${source.ja}、残り ${minutes} 分 (${end} まで)`,
  };
  if (minutes >= neededMinutes) return { name: "credentials", title, verdict: "ok", observed };
  return { name: "credentials", title, verdict: "failed", observed, next: renewal };
}

/** The state says which account the stack is in; another one's credentials would make a second stack. */
export function checkAccount(
  { account, arn }: { readonly account: string; readonly arn: string },
  region: string,
  recorded: { readonly account: string; readonly region: string } | undefined,
): PreflightCheck {
  const name = "account";
  const title = { en: "Account and region", ja: "アカウントとリージョン" };
  const here = `${account} ${region} (${arn})`;
  if (recorded && (recorded.account !== account || recorded.region !== region)) {
    return {
      name,
      title,
      verdict: "failed",
      observed: {
        en: `${here}; the stack is in ${recorded.account} ${recorded.region}`,
        ja: `${here}。スタックは ${recorded.account} ${recorded.region} にあります`,
      },
      next: ["lecture05 up --target aws --profile NAME", "lecture05 up --target aws --dir OTHER"],
    };
  }
  return { name, title, verdict: "ok", observed: untranslated(here) };
}
