import { formatDuration } from "../reporter/duration.ts";
import type { Language } from "../text.ts";
import type { ReportData, Standing } from "./data.ts";
import type { Block } from "./document.ts";
import { heading, moment, paragraph, type Say } from "./words.ts";
import type { Pictures } from "./pictures.ts";

export function summary(data: ReportData, say: Say, language: Language): Block[] {
  const where =
    data.target === "sandbox"
      ? say({ en: "sandbox: an AWS on one's own machine", ja: "サンドボックス (自分のマシン上の AWS)" })
      : say({ en: `AWS account ${data.account}`, ja: `AWS アカウント ${data.account}` });
  return [
    heading(2, "summary", say({ en: "Summary", ja: "概要" })),
    ...fromRecords(data.standing, say),
    {
      kind: "facts",
      rows: [
        [say({ en: "Where", ja: "実行環境" }), `${where}, ${data.region}`],
        ["URL", data.url ?? "-"],
        [
          say({ en: "Steps", ja: "ステップ" }),
          say({
            en: `${data.stepsDone} of ${data.stages.length} done`,
            ja: `${data.stages.length} 件中 ${data.stepsDone} 件完了`,
          }),
        ],
        [
          say({ en: "Checks", ja: "動作確認" }),
          say({
            en: `${data.checksPassed} of ${data.checksTotal} hold`,
            ja: `${data.checksTotal} 件中 ${data.checksPassed} 件 OK`,
          }),
        ],
        [say({ en: "Time for the steps", ja: "ステップの所要時間" }), formatDuration(data.workMs, language)],
        [say({ en: "From", ja: "開始" }), moment(data.createdAt)],
        [say({ en: "To", ja: "最終更新" }), moment(data.updatedAt)],
        [
          say({ en: "Hosts", ja: "インスタンス" }),
          data.hosts
            .map(({ instanceId, availabilityZone, privateIp }) => `${instanceId} (${availabilityZone}, ${privateIp})`)
            .join(", ") || "-",
        ],
        [
          say({ en: "Modules installed", ja: "インストールしたモジュール" }),
          say({
            en: `${data.modulesRequested} asked for, ${data.modules.length - data.modulesRequested} pulled in`,
            ja: `${data.modulesRequested} 件 (依存で追加: ${data.modules.length - data.modulesRequested} 件)`,
          }),
        ],
      ],
    },
  ];
}

function fromRecords(standing: Standing, say: Say): Block[] {
  if (standing.kind === "seen") return [];
  if (standing.kind === "gone") {
    return [
      paragraph(
        say({
          en: "The stack has been taken down. This report was made from its records.",
          ja: "このスタックは削除済みです。このレポートは記録から作成しました。",
        }),
      ),
    ];
  }
  const { code, what } = standing;
  return [
    paragraph(
      say({
        en: `The stack could not be reached (${code}: ${what.en}). This report was made from its records.`,
        ja: `スタックに接続できませんでした (${code}: ${what.ja})。このレポートは記録から作成しました。`,
      }),
    ),
  ];
}

export function diagramSection({ topology }: ReportData, { diagram, contradictions }: Pictures, say: Say): Block[] {
  const title = heading(2, "architecture", say({ en: "Architecture", ja: "構成図" }));
  if (!diagram || !topology) {
    return [
      title,
      paragraph(
        say({
          en: "Nothing is known of how the stack looked: it could not be looked at, and no earlier look was kept.",
          ja: "構成の記録がありません (現在の構成を確認できず、以前の記録も残っていません)。",
        }),
      ),
    ];
  }
  const found = contradictions.map(({ subject, text }, index) => `${index + 1}. ${subject}: ${say(text)}`);
  const seen = moment(topology.observedAt.toISOString());
  return [
    title,
    {
      kind: "picture",
      picture: diagram,
      caption: say({ en: `Drawn from what was there at ${seen}`, ja: `${seen} 時点の実際の構成から作図` }),
    },
    ...(found.length > 0
      ? [paragraph(say({ en: "Contradictions:", ja: "矛盾点:" })), { kind: "list" as const, items: found }]
      : [paragraph(say({ en: "No contradiction was found.", ja: "矛盾は見つかりませんでした。" }))]),
  ];
}
