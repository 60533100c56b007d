import type { ReportData } from "./data.ts";
import type { Block, Cell } from "./document.ts";
import type { Setback } from "./setbacks.ts";
import { heading, moment, paragraph, type Say } from "./words.ts";

/** What went wrong, why, what was to be done, and when it was well again. */
export function setbacksSection({ work }: ReportData, say: Say): Block[] {
  const title = heading(2, "failures", say({ en: "Failures met", ja: "出会ったエラーと対応" }));
  if (work.setbacks.length === 0) {
    return [title, paragraph(say({ en: "No step failed.", ja: "失敗したステップはありませんでした。" }))];
  }
  return [
    title,
    {
      kind: "table",
      caption: say({ en: "What failed, and how it was solved", ja: "発生したエラーと対応" }),
      columns: [
        say({ en: "When", ja: "日時" }),
        say({ en: "Step", ja: "ステップ" }),
        say({ en: "Error", ja: "エラー" }),
        say({ en: "Cause (diagnose)", ja: "原因 (diagnose)" }),
        say({ en: "Fix", ja: "対応" }),
        say({ en: "Solved", ja: "解決" }),
      ],
      rows: work.setbacks.map((setback) => rowOf(setback, say)),
    },
  ];
}

function rowOf({ time, step, error, diagnosis, solvedAt }: Setback, say: Say): Cell[] {
  return [
    moment(time),
    step ?? "-",
    error ?? "-",
    diagnosis ? `${diagnosis.code} (${diagnosis.layer}): ${say(diagnosis.cause)}` : "-",
    diagnosis?.fix.length ? { text: diagnosis.fix.join("; "), tone: "code" } : "-",
    solvedAt
      ? { text: say({ en: `at ${moment(solvedAt)}`, ja: moment(solvedAt) }), tone: "ok" }
      : { text: say({ en: "not yet", ja: "未解決" }), tone: "bad" },
  ];
}
