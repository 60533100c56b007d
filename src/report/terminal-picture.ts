import { escapeXml } from "../diagram/svg.ts";
import { displayWidth, truncate } from "../reporter/width.ts";
import { inWords } from "../observed.ts";
import type { Language } from "../text.ts";
import type { ReportStage } from "./data.ts";
import type { Provenance } from "./page-picture.ts";

const columns = 92;
const size = 13;
/** Every character of a monospaced font is 0.6 em wide; full-width ones, of another font, are 1 em. */
const columnWidth = size * 0.6;
const lineHeight = 20;

/** What the terminal showed of a stage's checks, with time, address and host: evidence where there is no page to show. */
export function terminalPicture(stage: ReportStage, origin: Provenance, language: Language): string {
  const { name, record } = stage;
  const lines = [
    `$ lecture05 verify ${name}`,
    ...record.checks.map(({ name: check, title, expected, observed, ok }) => {
      const words = title?.[language] ?? check;
      const wanted = ok ? "" : ` (${language === "ja" ? "期待値" : "expected"}: ${inWords(expected)[language]})`;
      return `  ${ok ? "✓" : "✗"} ${words}: ${inWords(observed)[language]}${wanted}`;
    }),
    "",
    [origin.time, origin.url, origin.host].filter(Boolean).join("  "),
  ].map((line) => truncate(line, columns));
  const width = Math.ceil(Math.max(60 * columnWidth, ...lines.map(lineWidth))) + 40;
  const height = lines.length * lineHeight + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(name)}">`,
    '<rect width="100%" height="100%" rx="8" fill="#0d1117"/>',
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK JP, monospace" font-size="${size}" fill="#e6edf3" xml:space="preserve">`,
    ...lines.map((line, index) => lineOf(line, index)),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function lineWidth(line: string): number {
  const characters = Array.from(line).length;
  const fullWidth = displayWidth(line) - characters;
  return fullWidth * size + (characters - fullWidth) * columnWidth;
}

function lineOf(line: string, index: number): string {
  const sign = line.trimStart()[0];
  const colour = sign === "✓" ? ' fill="#7ee2a0"' : sign === "✗" ? ' fill="#ff9e8f"' : "";
  const width = lineWidth(line);
  // The length is forced, so that a font with other widths cannot run out of the frame.
  const length = width > 0 ? ` textLength="${width.toFixed(1)}" lengthAdjust="spacing"` : "";
  return `<text x="20" y="${28 + index * lineHeight}"${length}${colour}>${escapeXml(line)}</text>`;
}
