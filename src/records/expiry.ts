import type { LocalizedText } from "../text.ts";

/** Whether a stack's time is over, and its instances have ended themselves. */
export const isExpired = (expiresAt: string | null | undefined, now: Date): boolean =>
  typeof expiresAt === "string" && Date.parse(expiresAt) <= now.getTime();

/** When the instances end themselves, or have. */
export function expiryText(expiresAt: string, now: Date): LocalizedText {
  const minutes = Math.round((Date.parse(expiresAt) - now.getTime()) / 60_000);
  const time = `${expiresAt.slice(0, 16).replace("T", " ")} UTC`;
  if (isExpired(expiresAt, now)) {
    const since = span(-minutes);
    return {
      en: `Expired at ${time}, ${since.en} ago: the instances have terminated themselves. What else there is (load balancer, bucket) stays and costs money until \`lecture05 destroy\`; \`lecture05 up --ttl 4h\` builds it up again`,
      ja: `有効期限 (${time}) から ${since.ja} 経過しています。インスタンスは自動的に終了しました。残り (ロードバランサー、バケット) は \`lecture05 destroy\` まで残り、料金がかかります。作り直すには \`lecture05 up --ttl 4h\``,
    };
  }
  const left = span(minutes);
  return {
    en: `Expires at ${time}, in ${left.en}: the instances terminate themselves then; \`lecture05 destroy --expired\` removes the rest`,
    ja: `有効期限: ${time} (あと ${left.ja})。インスタンスはその時刻に自動的に終了します。残りは \`lecture05 destroy --expired\` で削除します`,
  };
}

function span(minutes: number): LocalizedText {
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const en = [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ") || "0 min";
  const ja = [days && `${days} 日`, hours && `${hours} 時間`, rest && `${rest} 分`].filter(Boolean).join(" ") || "0 分";
  return { en, ja };
}
