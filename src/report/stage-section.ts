import { inWords } from "../observed.ts";
import { formatDuration } from "../reporter/duration.ts";
import type { Language } from "../text.ts";
import type { ReportData, ReportStage } from "./data.ts";
import type { Block } from "./document.ts";
import { heading, moment, paragraph, statusWords, type Say } from "./words.ts";
import type { Pictures } from "./pictures.ts";

export function stageSection(
  data: ReportData,
  { name, title, record, work, modules }: ReportStage,
  index: number,
  { evidence }: Pictures,
  say: Say,
  language: Language,
): Block[] {
  const blocks: Block[] = [heading(3, `stage-${name}`, `${index + 1}. ${say(title)} (${name})`)];
  if (record.status === "pending") return [...blocks, paragraph(say(statusWords.pending))];
  const picture = evidence.get(name);
  blocks.push({
    kind: "facts",
    rows: [
      [
        say({ en: "Status", ja: "状態" }),
        { text: say(statusWords[record.status]), tone: record.status === "done" ? "ok" : "bad" },
      ],
      [say({ en: "Started", ja: "開始" }), moment(record.startedAt)],
      [say({ en: "Finished", ja: "終了" }), moment(record.finishedAt)],
      [
        say({ en: "Duration", ja: "所要時間" }),
        record.durationMs === undefined ? "-" : formatDuration(record.durationMs, language),
      ],
      [say({ en: "AWS calls", ja: "AWS API 呼び出し" }), String(work.awsCalls)],
      [say({ en: "New modules", ja: "追加されたモジュール" }), String(modules.length)],
      ...(record.error
        ? [[say({ en: "Error", ja: "エラー" }), { text: record.error.message, tone: "bad" }] as const]
        : []),
    ],
  });
  if (record.checks.length > 0) {
    blocks.push({
      kind: "table",
      caption: say({ en: `Checks of ${name}`, ja: `${name} の動作確認` }),
      columns: [
        say({ en: "Check", ja: "確認項目" }),
        say({ en: "Expected", ja: "期待値" }),
        say({ en: "Observed", ja: "結果" }),
        say({ en: "Result", ja: "判定" }),
      ],
      rows: record.checks.map(({ name: check, title: words, expected, observed, ok }) => [
        words ? say(words) : check,
        say(inWords(expected)),
        say(inWords(observed)),
        ok ? { text: "OK", tone: "ok" } : { text: "NG", tone: "bad" },
      ]),
    });
  }
  if (picture) blocks.push({ kind: "picture", ...picture });
  for (const command of work.commands) {
    // What only looks is shown by its result, in the checks above.
    if (/^(probe|list|read)-/.test(command.name)) continue;
    blocks.push({
      kind: "code",
      title: say({
        en: `${command.name} on ${command.instanceId}: exit ${command.exitCode}, ${formatDuration(command.durationMs, language)}`,
        ja: `${command.instanceId} で ${command.name}: 終了コード ${command.exitCode}、${formatDuration(command.durationMs, language)}`,
      }),
      text: command.text,
    });
  }
  if (work.commands.length === 0 && data.stages[index]?.record.status === "done") {
    blocks.push(paragraph(say({ en: "No command ran on a host.", ja: "ホスト上で実行したコマンドはありません。" })));
  }
  return blocks;
}
