import { escapeXml } from "../diagram/svg.ts";
import { fontSize, textWidth } from "../diagram/text-size.ts";
import type { Language, LocalizedText } from "../text.ts";
import type { DrillRecord } from "./record.ts";
import { eventText, pictureTitle } from "./words.ts";

const left = 56;
const right = 20;
const plotWidth = 640;
const plotHeight = 160;
const legendLine = 24;

/** Requests over time, stacked by the host that answered, failures on top; readable without colour by the pattern. */
export function drillSvg(record: DrillRecord, language: Language): string {
  const { hosts, columns, columnMs, rate } = record;
  const id = `drill-${record.kind}`;
  const say = (words: LocalizedText): string => words[language];
  const labels = [...hosts, say({ en: "failed", ja: "失敗" })];
  const legendWidth = labels.reduce((sum, label) => sum + 40 + textWidth(label, fontSize.line), 0);
  const width = Math.max(left + plotWidth + right, left + legendWidth);
  const top = legendLine + 26;
  const height = top + plotHeight + 40;
  const most = Math.max(
    (rate * columnMs) / 1000,
    ...columns.map((it) => it.failed + it.answered.reduce((a, b) => a + b, 0)),
  );
  const barWidth = plotWidth / Math.max(1, columns.length);
  const bars = columns.flatMap((column, index) => {
    let y = top + plotHeight;
    const x = left + index * barWidth;
    return [...column.answered, column.failed].map((count, part) => {
      if (count === 0) return "";
      const barHeight = (count / most) * plotHeight;
      y -= barHeight;
      const rectangle = `x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${barWidth.toFixed(1)}" height="${barHeight.toFixed(1)}"`;
      return `<rect class="${classOf(part, hosts.length)}" ${rectangle}${fillOf(part, hosts.length, id)}/>`;
    });
  });
  const secondsOf = (column: number): string => `${Math.round((column * columnMs) / 1000)}`;
  const xOf = (ms: number): number => left + (ms / columnMs) * barWidth;
  const title = say(pictureTitle(record));
  const failed = eventText(record)[language];
  const failedX = xOf(record.failedAtMs);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" class="drill" role="img" aria-label="${escapeXml(title)}" font-family="Helvetica Neue, Arial, Hiragino Sans, Noto Sans CJK JP, sans-serif">`,
    `<style>${style}</style>`,
    `<defs><pattern id="${id}-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="drill-failed" width="6" height="6"/><path class="drill-line" d="M0 0V6"/></pattern></defs>`,
    '<rect class="drill-paper" width="100%" height="100%"/>',
    ...legend(labels, hosts.length, id),
    ...bars.filter(Boolean),
    `<path class="drill-axis" d="M${left} ${top}V${top + plotHeight}H${left + plotWidth}"/>`,
    `<text x="${left - 8}" y="${top + 5}" text-anchor="end">${Math.round((most * 1000) / columnMs)}/s</text>`,
    `<text x="${left - 8}" y="${top + plotHeight}" text-anchor="end">0</text>`,
    `<text x="${left}" y="${top + plotHeight + 18}">0 s</text>`,
    `<text x="${left + plotWidth}" y="${top + plotHeight + 18}" text-anchor="end">${secondsOf(columns.length)} s</text>`,
    `<path class="drill-mark" d="M${failedX.toFixed(1)} ${top - 4}V${top + plotHeight}"/>`,
    `<text x="${Math.min(failedX, left + plotWidth - textWidth(failed, fontSize.line)).toFixed(1)}" y="${top + plotHeight + 34}">↑ ${escapeXml(failed)}</text>`,
    "</svg>",
  ].join("\n");
}

const style = `
.drill text { font-size: ${fontSize.line}px; fill: #1f2328; } .drill-paper { fill: #ffffff; } .drill-axis { fill: none; stroke: #57606a; } .drill-mark { stroke: #1f2328; stroke-dasharray: 4 3; }
.drill-host-0 { fill: #0550ae; } .drill-host-1 { fill: #54aeff; } .drill-host-2 { fill: #116329; } .drill-host-3 { fill: #6fdd8b; } .drill-failed { fill: #ffebe9; } .drill-line { stroke: #cf222e; stroke-width: 3; }
@media screen and (prefers-color-scheme: dark) { .drill text { fill: #e6edf3; } .drill-paper { fill: #0d1117; } .drill-axis { stroke: #9aa4af; } .drill-mark { stroke: #e6edf3; } }
`;

/** With more hosts than colours they come round again; the legend is in the order of the stack. */
const colours = 4;
const classOf = (part: number, hosts: number): string =>
  part < hosts ? `drill-host-${part % colours}` : "drill-failed";
const fillOf = (part: number, hosts: number, id: string): string =>
  part < hosts ? "" : ` style="fill: url(#${id}-failed)"`;

function legend(labels: readonly string[], hosts: number, id: string): string[] {
  let x = left;
  return labels.map((label, part) => {
    const item = `<rect class="${classOf(part, hosts)}" x="${x}" y="12" width="14" height="14"${fillOf(part, hosts, id)}/><text x="${x + 20}" y="23">${escapeXml(label)}</text>`;
    x += 40 + textWidth(label, fontSize.line);
    return item;
  });
}
