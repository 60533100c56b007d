import { outcomeText } from "../deploy/words.ts";
import { formatDuration } from "../reporter/duration.ts";
import type { Language } from "../text.ts";
import type { ReportData } from "./data.ts";
import type { Block } from "./document.ts";
import { heading, moment, type Say } from "./words.ts";

/** Which release came when, and what became of it; nothing where nothing was deployed. */
export function deploysSection({ deploys }: ReportData, say: Say, language: Language): Block[] {
  if (deploys.length === 0) return [];
  const title = say({ en: "Deploys", ja: "デプロイ" });
  return [
    heading(2, "deploys", title),
    {
      kind: "table",
      caption: title,
      columns: [
        say({ en: "When", ja: "日時" }),
        "lecture05",
        say({ en: "Release", ja: "リリース" }),
        say({ en: "Migrations", ja: "マイグレーション" }),
        say({ en: "Took", ja: "所要時間" }),
        say({ en: "Outcome", ja: "結果" }),
        say({ en: "Hosts", ja: "ホスト" }),
      ],
      rows: deploys.map(({ command, from, to, startedAt, finishedAt, migrations, outcome, hosts, reason }) => [
        moment(startedAt),
        { text: command, tone: "code" },
        `${from} → ${to}`,
        String(migrations),
        formatDuration(Date.parse(finishedAt) - Date.parse(startedAt), language),
        {
          text: [say(outcomeText[outcome]), reason].filter(Boolean).join(": "),
          tone: outcome === "done" ? "ok" : "bad",
        },
        hosts.map(({ instanceId, release }) => `${instanceId}: ${release}`).join(", "),
      ]),
    },
  ];
}
