import type { Denial, DenialReason, PermissionAnswer } from "../ports/account.ts";
import type { LocalizedText } from "../text.ts";
import type { PreflightCheck } from "./check.ts";

const reasons: Readonly<Record<DenialReason, LocalizedText>> = {
  "explicit-deny": { en: "a policy denies it", ja: "ポリシーで明示的に拒否" },
  "no-allow": { en: "no policy allows it", ja: "許可するポリシーがない" },
  boundary: { en: "the permissions boundary does not allow it", ja: "アクセス許可の境界で許可されていない" },
  organization: { en: "a service control policy (SCP) denies it", ja: "サービスコントロールポリシー (SCP) で拒否" },
  "dry-run": { en: "EC2 refused a dry run", ja: "EC2 のドライランで拒否" },
};

/** The reasons that only whoever looks after the organisation can change. */
const ofOrganization: readonly DenialReason[] = ["organization", "boundary"];
const shownActions = 6;

export function checkPermissions({ denied, unsure, notSimulated }: PermissionAnswer, asked: number): PreflightCheck {
  const name = "permissions";
  const title = { en: "Permissions", ja: "権限" };
  if (denied.length > 0) {
    const next: PreflightCheck["next"] = [
      {
        en: "Ask your administrator for the permissions in docs/aws.md",
        ja: "docs/aws.md にある権限を管理者に依頼してください",
      },
      ...(denied.some(({ reason }) => ofOrganization.includes(reason))
        ? [
            {
              en: "What an SCP or a boundary denies, a policy of your own cannot allow: only the organization's administrator can",
              ja: "SCP やアクセス許可の境界による拒否は、自分のポリシーでは解除できません。組織の管理者に依頼してください",
            },
          ]
        : []),
    ];
    return { name, title, verdict: "failed", observed: { en: words(denied, "en"), ja: words(denied, "ja") }, next };
  }
  if (notSimulated) {
    const observed = {
      en: `EC2's dry runs passed; the rest shows when it is called (${notSimulated.en})`,
      ja: `EC2 のドライランは成功。残りは実行時にわかります (${notSimulated.ja})`,
    };
    return { name, title, verdict: "unknown", observed };
  }
  if (unsure.length > 0) {
    const observed = {
      en: `${asked - unsure.length} of ${asked} calls are allowed; a condition decides about ${list(unsure)}`,
      ja: `${asked} 件中 ${asked - unsure.length} 件は許可。条件次第: ${list(unsure)}`,
    };
    return { name, title, verdict: "unknown", observed };
  }
  const observed = {
    en: `all ${asked} calls asked about are allowed`,
    ja: `確認した ${asked} 件の呼び出しはすべて許可`,
  };
  return { name, title, verdict: "ok", observed };
}

/** By reason, because that is what decides whom to ask. */
function words(denied: readonly Denial[], language: keyof LocalizedText): string {
  const kinds = [...new Set(denied.map(({ reason }) => reason))];
  return kinds
    .map((kind) => {
      const actions = denied.filter(({ reason }) => reason === kind).map(({ action }) => action);
      return `${list(actions)}: ${reasons[kind][language]}`;
    })
    .join("; ");
}

function list(actions: readonly string[]): string {
  const more = actions.length - shownActions;
  return actions.slice(0, shownActions).join(", ") + (more > 0 ? ` … (+${more})` : "");
}
