import { formatDuration } from "../reporter/duration.ts";
import type { LocalizedText } from "../text.ts";
import type { DrillRecord } from "./record.ts";

type Say = (words: LocalizedText) => string;

/** "Puma on i-0abc killed", "the host i-0abc stopped". */
export function eventText({ kind, subject }: Pick<DrillRecord, "kind" | "subject">): LocalizedText {
  switch (kind) {
    case "host":
      return { en: `host ${subject} stopped`, ja: `ホスト ${subject} を停止` };
    case "az":
      return { en: `zone ${subject} cut off the network`, ja: `AZ ${subject} をネットワークから遮断` };
    case "database":
      return { en: `database ${subject} taken away`, ja: `データベース ${subject} を停止` };
    default: {
      const name = kind === "puma" ? "Puma" : "Nginx";
      return { en: `${name} on ${subject} killed`, ja: `${subject} の ${name} を強制終了` };
    }
  }
}

export function pictureTitle(record: Pick<DrillRecord, "kind" | "subject">): LocalizedText {
  const event = eventText(record);
  return {
    en: `Requests a second by who answered: ${event.en}`,
    ja: `応答したホスト別の毎秒リクエスト数: ${event.ja}`,
  };
}

/** The figures with their names, as terminal and report show them. */
export function figureRows(record: DrillRecord, language: "en" | "ja"): [name: string, value: string][] {
  const { figures, restoredBy, rate, seconds } = record;
  const say: Say = (words) => words[language];
  const time = (ms: number | null, never: LocalizedText): string =>
    ms === null ? say(never) : formatDuration(ms, language);
  const share = figures.requests === 0 ? 0 : (figures.failed / figures.requests) * 100;
  const kinds = Object.entries(figures.failures).map(([kind, count]) => `${kind}: ${count}`);
  const byDrill = { en: "by nobody; put back by the drill", ja: "自動復旧なし (訓練が復旧)" };
  const never = { en: "never", ja: "なし" };
  return [
    [
      say({ en: "requests", ja: "リクエスト数" }),
      say({
        en: `${figures.requests} (${rate} a second for ${seconds} s)`,
        ja: `${figures.requests} (毎秒 ${rate}、${seconds} 秒間)`,
      }),
    ],
    [say({ en: "failed", ja: "失敗" }), `${figures.failed} (${share.toFixed(2)} %)`],
    ...(kinds.length > 0
      ? [[say({ en: "failures by kind", ja: "失敗の内訳" }), kinds.join(", ")] as [string, string]]
      : []),
    [say({ en: "longest gap", ja: "最長の中断" }), formatDuration(figures.longestGapMs, language)],
    [say({ en: "out of rotation after", ja: "振り分け停止まで" }), time(figures.outOfRotationMs, never)],
    [
      say({ en: "replaced after", ja: "代替の起動まで" }),
      time(figures.replacedMs, restoredBy === "drill" ? byDrill : never),
    ],
    [say({ en: "healthy again after", ja: "全面復旧まで" }), time(figures.healthyAgainMs, never)],
  ];
}
