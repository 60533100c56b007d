import { formatDuration } from "../reporter/duration.ts";
import type { Language } from "../text.ts";
import { criticalPathSection } from "./critical-path-section.ts";
import type { ReportData } from "./data.ts";
import type { Block } from "./document.ts";
import { heading, paragraph, type Say } from "./words.ts";
import type { Pictures } from "./pictures.ts";

export function modulesSection({ modules }: ReportData, say: Say): Block[] {
  return [
    heading(2, "modules", say({ en: "Installed modules", ja: "インストールしたモジュール" })),
    {
      kind: "table",
      long: true,
      caption: say({
        en: "Modules as the package managers report them",
        ja: "パッケージマネージャーによるモジュール一覧",
      }),
      columns: [
        say({ en: "Module", ja: "モジュール" }),
        say({ en: "Version", ja: "バージョン" }),
        say({ en: "Manager", ja: "管理ツール" }),
        say({ en: "Origin", ja: "区分" }),
        say({ en: "Step", ja: "ステップ" }),
        say({ en: "Licence", ja: "ライセンス" }),
        say({ en: "Host", ja: "インスタンス" }),
      ],
      rows: modules
        .toSorted((a, b) => Number(b.requested) - Number(a.requested))
        .map(({ name, version, manager, requested, step, licence, instanceId }) => [
          name,
          version,
          manager,
          requested ? say({ en: "asked for", ja: "指定" }) : say({ en: "pulled in", ja: "依存" }),
          step,
          licence ?? "-",
          instanceId,
        ]),
    },
  ];
}

export function workSection(
  { work, stages }: ReportData,
  { timeline }: Pictures,
  say: Say,
  language: Language,
): Block[] {
  const time = (durationMs: number): string => formatDuration(durationMs, language);
  return [
    heading(2, "work", say({ en: "Work done", ja: "行った作業" })),
    paragraph(
      say({
        en: `${work.remoteCommands} commands on hosts and ${work.awsCalls} AWS calls; all of them stand in worklog.ndjson.`,
        ja: `ホスト上のコマンド ${work.remoteCommands} 件、AWS API 呼び出し ${work.awsCalls} 件。すべて worklog.ndjson に記録されています。`,
      }),
    ),
    {
      kind: "picture",
      picture: timeline,
      caption: say({ en: "Where the time of each step went", ja: "各ステップの時間の内訳" }),
    },
    {
      kind: "table",
      caption: say({ en: "Time by step, over all runs", ja: "ステップごとの時間 (全実行の合計)" }),
      columns: [
        say({ en: "Step", ja: "ステップ" }),
        say({ en: "Commands on hosts", ja: "ホスト上のコマンド" }),
        say({ en: "AWS calls alone", ja: "AWS API のみ" }),
        say({ en: "Waiting for AWS", ja: "AWS の待ち時間" }),
        say({ en: "Number of AWS calls", ja: "AWS API 呼び出し数" }),
      ],
      rows: stages.map(({ name, work: own }) => [
        name,
        time(own.remoteMs),
        time(own.awsMs),
        time(own.waits.reduce((sum, { waitedMs }) => sum + waitedMs, 0)),
        String(own.awsCalls),
      ]),
    },
    ...waitsTable(stages, say, time),
    ...criticalPathSection({ stages }, say, language),
  ];
}

/** The waits, longest first: what AWS was asked again and again until it was so. */
function waitsTable(stages: ReportData["stages"], say: Say, time: (durationMs: number) => string): Block[] {
  const waits = stages.flatMap(({ name, work }) => work.waits.map((wait) => ({ name, ...wait })));
  if (waits.length === 0) return [];
  return [
    {
      kind: "table",
      caption: say({ en: "Waits for AWS", ja: "AWS の待ち時間の内訳" }),
      columns: [
        say({ en: "Step", ja: "ステップ" }),
        say({ en: "Asked again", ja: "繰り返し確認した API" }),
        say({ en: "Times", ja: "回数" }),
        say({ en: "Waited", ja: "待ち時間" }),
      ],
      rows: waits
        .toSorted((a, b) => b.waitedMs - a.waitedMs)
        .map(({ name, operation, repeats, waitedMs }) => [
          name,
          { text: operation, tone: "code" },
          String(repeats),
          time(waitedMs),
        ]),
    },
  ];
}
