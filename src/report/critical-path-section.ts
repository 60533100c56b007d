import { formatDuration } from "../reporter/duration.ts";
import type { Language } from "../text.ts";
import { criticalPathOf } from "./critical-path.ts";
import type { ReportData } from "./data.ts";
import type { Block } from "./document.ts";
import { figuresOf, type Part } from "./timings.ts";
import { heading, paragraph, type Say } from "./words.ts";

/** Where the time went on the way to the stack as it stands, and how much of it no tool could have saved. */
export function criticalPathSection({ stages }: Pick<ReportData, "stages">, say: Say, language: Language): Block[] {
  const path = criticalPathOf(stages);
  if (!path) return [];
  const time = (durationMs: number): string => formatDuration(durationMs, language);
  const row = (name: string, part: Part): string[] => [name, ...figuresOf(part).map(time)];
  const { all, lowerBoundMs } = path;
  const ratio = lowerBoundMs > 0 ? (all.durationMs / lowerBoundMs).toFixed(2) : "-";
  return [
    heading(3, "critical-path", say({ en: "Critical path", ja: "クリティカルパス" })),
    paragraph(
      say({
        en: `The last run of each step took ${time(all.durationMs)} together. Hosts and AWS alone need ${time(lowerBoundMs)} of it, the lower bound: it took ${ratio} times as long, and ${time(all.overlapMs)} were saved by doing things at the same time.`,
        ja: `各ステップの最後の実行は合計 ${time(all.durationMs)} でした。このうちホストと AWS だけの時間は ${time(lowerBoundMs)} (下限) で、所要時間はその ${ratio} 倍です。並行処理による短縮は ${time(all.overlapMs)} です。`,
      }),
    ),
    {
      kind: "table",
      caption: say({
        en: "Critical path, by the last run of each step",
        ja: "クリティカルパス (各ステップの最後の実行)",
      }),
      columns: [
        say({ en: "Step", ja: "ステップ" }),
        say({ en: "Took", ja: "所要時間" }),
        say({ en: "On hosts", ja: "ホスト" }),
        say({ en: "AWS calls", ja: "AWS API" }),
        say({ en: "Waits", ja: "待ち" }),
        "lecture05",
        say({ en: "Saved by overlap", ja: "並行による短縮" }),
      ],
      rows: [...path.parts.map((part) => row(part.step, part)), row(say({ en: "all", ja: "合計" }), all)],
    },
  ];
}
