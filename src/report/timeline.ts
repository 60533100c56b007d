import { escapeXml } from "../diagram/svg.ts";
import { fontSize, textWidth } from "../diagram/text-size.ts";
import { formatDuration } from "../reporter/duration.ts";
import type { Language, LocalizedText } from "../text.ts";
import { lastRunIn } from "./critical-path.ts";
import type { ReportData } from "./data.ts";
import { waitsOf } from "./waits.ts";
import { unionMs } from "./work.ts";

const rowHeight = 30;
const barHeight = 18;
const barWidth = 520;
const top = 44;
const left = 120;

type Part = "remote" | "aws" | "wait" | "rest";

const partWords: Readonly<Record<Part, LocalizedText>> = {
  remote: { en: "commands on hosts", ja: "ホスト上のコマンド" },
  aws: { en: "AWS calls", ja: "AWS API" },
  wait: { en: "waiting for AWS", ja: "AWS の待ち時間" },
  rest: { en: "own work", ja: "その他" },
};

/** Where the time of each step's last run went, as stacked bars that differ in pattern, not in colour alone. */
export function renderTimeline({ stages }: Pick<ReportData, "stages">, language: Language): string {
  const rows = stages
    .filter(({ record }) => record.durationMs !== undefined)
    .map(({ name, record, work }) => ({ name, parts: partsOf(record, work.spans) }));
  const longest = Math.max(1, ...rows.map(({ parts }) => sumOf(parts)));
  const height = top + rows.length * rowHeight + 10;
  const width = left + barWidth + 110;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" class="timeline" role="img" aria-label="${escapeXml(language === "ja" ? "ステップごとの時間の内訳" : "Where the time of each step went")}" font-family="Helvetica Neue, Arial, Hiragino Sans, Noto Sans CJK JP, sans-serif">`,
    `<style>${style}</style>`,
    `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="timeline-aws" width="6" height="6"/><path class="timeline-line" d="M0 0V6"/></pattern><pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="timeline-wait" width="5" height="5"/><circle class="timeline-dot" cx="2.5" cy="2.5" r="1"/></pattern></defs>`,
    '<rect class="timeline-paper" width="100%" height="100%"/>',
    ...legend(language),
    ...rows.flatMap(({ name, parts }, index) => bar(name, parts, index, longest, language)),
    "</svg>",
  ].join("\n");
}

const style = `
.timeline text { font-size: ${fontSize.line}px; fill: #1f2328; } .timeline-paper { fill: #ffffff; }
.timeline-remote { fill: #0550ae; } .timeline-aws { fill: #f2b66d; } .timeline-line { stroke: #7a4a00; stroke-width: 2; } .timeline-wait { fill: #ffffff; } .timeline-dot { fill: #7a4a00; } .timeline-rest { fill: #d5dae0; stroke: #57606a; }
@media screen and (prefers-color-scheme: dark) { .timeline text { fill: #e6edf3; } .timeline-paper { fill: #0d1117; } .timeline-remote { fill: #58a6ff; } .timeline-wait { fill: #0d1117; } .timeline-dot { fill: #f2b66d; } .timeline-rest { fill: #30363d; stroke: #9aa4af; } }
`;

function partsOf(
  record: ReportData["stages"][number]["record"],
  spans: ReportData["stages"][number]["work"]["spans"],
): Record<Part, number> {
  const total = record.durationMs ?? 0;
  const own = lastRunIn({ spans }, record);
  const remote = Math.min(total, unionMs(own.filter(({ kind }) => kind === "remote")));
  const both = Math.min(total, unionMs(own));
  const withWaits = Math.min(total, unionMs([...own, ...waitsOf(own).flatMap(({ pauses }) => pauses)]));
  return { remote, aws: both - remote, wait: withWaits - both, rest: total - withWaits };
}

const sumOf = (parts: Readonly<Record<Part, number>>): number => Object.values(parts).reduce((a, b) => a + b, 0);

function legend(language: Language): string[] {
  let x = left;
  return (Object.keys(partWords) as Part[]).map((part) => {
    const words = partWords[part][language];
    const item = `<rect class="timeline-${part}" x="${x}" y="12" width="14" height="14"${fillOf(part)}/><text x="${x + 20}" y="23">${escapeXml(words)}</text>`;
    x += 40 + textWidth(words, fontSize.line);
    return item;
  });
}

const fills: Partial<Readonly<Record<Part, string>>> = { aws: "hatch", wait: "dots" };
const fillOf = (part: Part): string => (fills[part] ? ` style="fill: url(#${fills[part]})"` : "");

function bar(
  name: string,
  parts: Readonly<Record<Part, number>>,
  index: number,
  longest: number,
  language: Language,
): string[] {
  const y = top + index * rowHeight;
  let x = left;
  const pieces = (Object.keys(parts) as Part[]).map((part) => {
    const width = (parts[part] / longest) * barWidth;
    const piece = `<rect class="timeline-${part}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${barHeight}"${fillOf(part)}><title>${escapeXml(`${partWords[part][language]}: ${formatDuration(parts[part], language)}`)}</title></rect>`;
    x += width;
    return piece;
  });
  const total = formatDuration(sumOf(parts), language);
  return [
    `<text x="${left - 10}" y="${y + 13}" text-anchor="end">${escapeXml(name)}</text>`,
    ...pieces,
    `<text x="${(x + 8).toFixed(1)}" y="${y + 13}">${escapeXml(total)}</text>`,
  ];
}
