import type { LocalizedText } from "../text.ts";

/** Whether a stack's time is over, and its instances have ended themselves. */
export const isExpired = (expiresAt: string | null | undefined, now: Date): boolean =>
  typeof expiresAt === "string" && Date.parse(expiresAt) <= now.getTime();

/** Of what a stack consists, as far as this matters here. */
export type Left = readonly { readonly type: string }[];

const costing: readonly (readonly [type: string, name: LocalizedText])[] = [
  ["elbv2:load-balancer", { en: "load balancer", ja: "ロードバランサー" }],
  ["rds:db-instance", { en: "database", ja: "データベース" }],
  ["s3:bucket", { en: "bucket", ja: "バケット" }],
  ["ec2:image", { en: "image", ja: "イメージ" }],
];

/** What goes on to cost when the instances are gone. */
function leftIn(resources: Left): LocalizedText {
  const names = costing.flatMap(([wanted, name]) => (resources.some(({ type }) => type === wanted) ? name : []));
  const list = (language: keyof LocalizedText, comma: string): string =>
    names.length > 0 ? ` (${names.map((name) => name[language]).join(comma)})` : "";
  return { en: list("en", ", "), ja: list("ja", "、") };
}

/** When the instances end, or have, and what that leaves. */
export function expiryText(expiresAt: string, now: Date, resources: Left): LocalizedText {
  const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
  const time = `${expiresAt.slice(0, 16).replace("T", " ")} UTC`;
  const left = leftIn(resources);
  const isGroup = resources.some(({ type }) => type === "autoscaling:group");
  const isOver = isExpired(expiresAt, now);
  const goes = (isGroup ? byGroup : byThemselves)(isOver);
  const span = spanOf(Math.abs(minutes));
  if (isOver) {
    return {
      en: `Expired at ${time}, ${span.en} ago: ${goes.en}. What else there is${left.en} stays and costs money until \`lecture05 destroy\`; \`lecture05 up --ttl 4h\` builds it up again`,
      ja: `有効期限 (${time}) から ${span.ja} 経過しています。${goes.ja}。残り${left.ja} は \`lecture05 destroy\` まで残り、料金がかかります。作り直すには \`lecture05 up --ttl 4h\``,
    };
  }
  return {
    en: `Expires at ${time}, in ${span.en}: ${goes.en}; the rest${left.en} goes on costing until \`lecture05 destroy --expired\``,
    ja: `有効期限: ${time} (あと ${span.ja})。${goes.ja}。残り${left.ja} は \`lecture05 destroy --expired\` まで料金がかかります`,
  };
}

const byThemselves = (isOver: boolean): LocalizedText =>
  isOver
    ? { en: "the instances have terminated themselves", ja: "インスタンスは自動的に終了しました" }
    : { en: "the instances terminate themselves then", ja: "インスタンスはその時刻に自動的に終了します" };

/** Its hosts follow when their requests are answered. */
const byGroup = (isOver: boolean): LocalizedText =>
  isOver
    ? { en: "the Auto Scaling group was set to 0 hosts", ja: "Auto Scaling グループの台数は 0 になりました" }
    : {
        en: "the Auto Scaling group goes to 0 hosts then",
        ja: "その時刻に Auto Scaling グループの台数が 0 になります",
      };

function spanOf(minutes: number): LocalizedText {
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const en = [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ") || "0 min";
  const ja = [days && `${days} 日`, hours && `${hours} 時間`, rest && `${rest} 分`].filter(Boolean).join(" ") || "0 分";
  return { en, ja };
}
