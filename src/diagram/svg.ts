import { icons } from "./icons.ts";
import { iconSize, padding, type Layout, type PlacedArrow, type PlacedBox, type Point } from "./placed.ts";
import type { Scene } from "./scene.ts";
import { noteLines } from "./notes.ts";
import { fontSize, lineHeight, textWidth } from "./text-size.ts";
import { dashes, styleSheet } from "./theme.ts";

const headerHeight = 58;
const margin = 16;

/** The picture as one self-contained SVG file: no fonts, no links, no scripts. */
export function renderSvg(scene: Scene, layout: Layout): string {
  const notes = noteLines(scene);
  const noteWidth = Math.max(0, ...notes.map((note) => textWidth(note, fontSize.line) + 30));
  const headWidth = Math.max(textWidth(scene.title, fontSize.heading, true), textWidth(scene.subtitle, fontSize.line));
  const width = Math.max(layout.width, noteWidth, headWidth) + 2 * margin;
  const notesTop = headerHeight + layout.height + margin;
  const height = notesTop + notes.length * (lineHeight.line + 6) + margin;
  const body = [
    ...layout.boxes.flatMap(renderShape),
    ...layout.arrows.map(renderArrow),
    // Words last: where an arrow enters a frame, the frame's title stays readable on it.
    ...layout.boxes.flatMap(renderWords),
    ...layout.arrows.map(renderLabel),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" class="picture" role="img" aria-labelledby="picture-title picture-description" lang="${scene.language}">`,
    `<title id="picture-title">${escapeXml(scene.title)}</title>`,
    `<desc id="picture-description">${escapeXml([scene.subtitle, ...notes].join("\n"))}</desc>`,
    `<style>${styleSheet}</style>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    text(margin, 30, fontSize.heading, scene.title, "ink", true),
    text(margin, 48, fontSize.line, scene.subtitle, "soft"),
    `<g transform="translate(${margin} ${headerHeight})">`,
    ...body,
    "</g>",
    ...notes.map((note, index) => renderNote(note, index, scene.contradictions.length, notesTop)),
    "</svg>",
    "",
  ].join("\n");
}

function renderNote(note: string, index: number, marks: number, top: number): string {
  const y = top + index * (lineHeight.line + 6) + 12;
  if (index >= marks) return text(margin, y, fontSize.line, note, "soft");
  return renderMark(margin + 9, y - 4, index + 1) + text(margin + 26, y, fontSize.line, note, "ink");
}

function renderShape(placed: PlacedBox): string[] {
  const { box, x, y, width, height } = placed;
  const isFrame = placed.children.length > 0 || box.kind.endsWith("subnet");
  const dash = dashes[box.kind] ? ` stroke-dasharray="${dashes[box.kind]}"` : "";
  return [
    `<rect class="${isFrame ? "frame" : "node"} kind-${box.kind} tint-${box.kind}" data-box="${escapeXml(box.id)}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${isFrame ? 6 : 8}"${dash}/>`,
    ...placed.children.flatMap(renderShape),
  ];
}

function renderWords(placed: PlacedBox): string[] {
  const { box, y } = placed;
  const x = placed.x + placed.wordsShift;
  const left = x + padding + iconSize + 8;
  const baseline = y + padding + fontSize.title - 3;
  const afterTitle = left + textWidth(box.title, fontSize.title, true) + 14;
  return [
    `<g class="halo" data-words="${escapeXml(box.id)}">`,
    `<path class="icon icon-${box.kind}" transform="translate(${x + padding} ${y + padding - 4}) scale(${iconSize / 24})" d="${icons[box.kind]}"/>`,
    text(left, baseline, fontSize.title, box.title, "ink", true),
    ...box.lines.map((line, index) =>
      text(left, baseline + 2 + (index + 1) * lineHeight.line, fontSize.line, line, "soft"),
    ),
    ...box.marks.map((number, index) => renderMark(afterTitle + index * 22, baseline - 4, number)),
    "</g>",
    ...placed.children.flatMap(renderWords),
  ];
}

function renderMark(x: number, y: number, number: number): string {
  return `<circle class="mark" cx="${x}" cy="${y}" r="9"/><text class="mark-text" x="${x}" y="${y + 4}" font-size="11" text-anchor="middle">${number}</text>`;
}

function renderArrow({ arrow, points }: PlacedArrow): string {
  const path = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  const [end, before] = [points.at(-1), points.at(-2)];
  const head = end && before ? `<path class="head" d="${headPath(end, before)}"/>` : "";
  return `<path class="arrow${arrow.proved ? "" : " unproved"}" data-arrow="${escapeXml(`${arrow.from} ${arrow.to}`)}" d="${path}"/>${head}`;
}

/** A filled triangle that ends where the arrow does. */
function headPath(end: Point, before: Point): string {
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [dx, dy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const base = { x: end.x - dx * 9, y: end.y - dy * 9 };
  return `M${end.x} ${end.y}L${base.x - dy * 4.5} ${base.y + dx * 4.5}L${base.x + dy * 4.5} ${base.y - dx * 4.5}Z`;
}

function renderLabel({ arrow, label }: PlacedArrow): string {
  if (!label) return "";
  const centre = label.x + label.width / 2;
  return `<g data-label="${escapeXml(`${arrow.from} ${arrow.to}`)}"><rect class="paper" x="${label.x}" y="${label.y}" width="${label.width}" height="${label.height}" rx="3"/><text class="ink" x="${centre}" y="${label.y + label.height / 2 + 4}" font-size="${fontSize.label}" text-anchor="middle">${escapeXml(arrow.label)}</text></g>`;
}

function text(x: number, y: number, size: number, words: string, style: string, bold = false): string {
  return `<text class="${style}" x="${x}" y="${y}" font-size="${size}"${bold ? ' font-weight="bold"' : ""}>${escapeXml(words)}</text>`;
}

export function escapeXml(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
  };
  // Control characters have no place in XML 1.0, escaped or not.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return value.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, "").replace(/[&<>"']/g, (c) => entities[c] ?? c);
}
