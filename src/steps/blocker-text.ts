import type { Blocker } from "../ports/blocker.ts";
import { untranslated, type LocalizedText } from "../text.ts";

/** As the AWS console calls them. */
const kinds: Readonly<Record<string, LocalizedText>> = {
  "ec2:network-interface": { en: "network interface", ja: "ネットワークインターフェイス" },
  "ec2:instance": { en: "instance", ja: "インスタンス" },
  "ec2:subnet": { en: "subnet", ja: "サブネット" },
  "ec2:security-group": { en: "security group", ja: "セキュリティグループ" },
  "ec2:internet-gateway": { en: "internet gateway", ja: "インターネットゲートウェイ" },
  "ec2:route-table": { en: "route table", ja: "ルートテーブル" },
  "elbv2:load-balancer": { en: "load balancer", ja: "ロードバランサー" },
};

/** `network interface eni-1 "web" (of i-2; not made by lecture05; since 2026-01-02 03:04 UTC)` */
function blockerText(blocker: Blocker, stack: string): LocalizedText {
  const { type, id, description } = blocker;
  const kind = kinds[type] ?? untranslated(type);
  const name = {
    en: description ? ` "${description}"` : "",
    ja: description ? `「${description}」` : "",
  };
  const facts = [ownerOf(blocker), originOf(blocker, stack), sinceOf(blocker)].flatMap((fact) => fact ?? []);
  const en = facts.map((fact) => fact.en).join("; ");
  const ja = facts.map((fact) => fact.ja).join("、");
  return {
    en: `${kind.en} ${id}${name.en}${en ? ` (${en})` : ""}`,
    ja: `${kind.ja} ${id}${name.ja}${ja ? ` (${ja})` : ""}`,
  };
}

export function blockersText(blockers: readonly Blocker[], stack: string): LocalizedText {
  const texts = blockers.map((blocker) => blockerText(blocker, stack));
  return { en: texts.map(({ en }) => en).join(", "), ja: texts.map(({ ja }) => ja).join("、") };
}

function ownerOf({ owner }: Blocker): LocalizedText | undefined {
  return owner === undefined ? undefined : { en: `of ${owner}`, ja: `${owner} が使用` };
}

function originOf({ stack, owner }: Blocker, own: string): LocalizedText | undefined {
  if (stack === own) return { en: "of this stack", ja: "このスタックのもの" };
  if (stack !== undefined) return { en: `of the stack ${stack}`, ja: `スタック ${stack} のもの` };
  // What a service made has no tags; then its name says enough.
  if (owner?.startsWith("amazon-")) return undefined;
  return { en: "not made by lecture05", ja: "lecture05 が作成したものではない" };
}

function sinceOf({ since }: Blocker): LocalizedText | undefined {
  if (!since) return undefined;
  const time = `${since.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return { en: `since ${time}`, ja: `${time} から` };
}
