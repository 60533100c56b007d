import { characters, displayWidth } from "./width.ts";

// Characters that do not begin a line, and those that do not end one (JIS X 4051, "kinsoku").
const notAtStart =
  /^[)\]}>,.:;!?%°、。，．・：；？！）」』】〕〉》”’ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥〜～％]/u;
const notAtEnd = /[([{<$（「『【〔〈《“‘]$/u;
/** After these a phrase ends, unless more of them follow: particles, endings of verbs, punctuation. */
const endsPhrase = /[ぁ-ん、。，．・：；？！）」』】〕〉》]$/u;
const hiragana = /^[ぁ-ん]/u;
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const colourCode = /(\u001B\[[0-9;]*m)/;

/**
 * Breaks a text into lines of at most this many columns: at blanks, and in Japanese between phrases, inside of one only
 * where it is longer than a line. Further lines start with `indent`. A word of other letters that is longer than a line
 * (an address, a path) is left whole, so that it can be copied. Line breaks and leading blanks of the text stay; colours
 * take no room.
 */
export function wrap(text: string, columns: number, indent = ""): string[] {
  return text.split("\n").flatMap((line) => (displayWidth(line) <= columns ? [line] : wrapLine(line, columns, indent)));
}

function wrapLine(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? "";
  let used = line.length;
  let isEmpty = true;
  let gap = "";
  for (const { word, blanks } of words(text.trimStart(), columns - displayWidth(indent))) {
    const width = displayWidth(word);
    if (!isEmpty && used + gap.length + width > columns) {
      lines.push(line);
      line = indent + word;
      used = displayWidth(indent) + width;
    } else {
      line += gap + word;
      used += gap.length + width;
    }
    isEmpty = false;
    gap = blanks;
  }
  return [...lines, line];
}

interface Word {
  readonly word: string;
  readonly blanks: string;
}

/** What must stay together, each with the blanks after it. */
function words(text: string, columns: number): Word[] {
  const found: Word[] = [];
  for (const [, run = "", blanks = ""] of text.matchAll(/([^ ]+)( *)/g)) {
    const phrases = split(run, (before, piece) => endsPhrase.test(before) && !hiragana.test(piece));
    const parts = phrases.flatMap((phrase) => (displayWidth(phrase) <= columns ? [phrase] : split(phrase, () => true)));
    const last = found.at(-1);
    // "5 個": a number stays with what it counts.
    const [head = "", ...rest] = parts;
    const joins = last?.blanks === " " && /\d$/.test(last.word) && displayWidth(characters(head)[0] ?? "") === 2;
    if (joins && displayWidth(`${last.word} ${head}`) <= columns) {
      found[found.length - 1] = { word: `${last.word} ${head}`, blanks: "" };
      parts.splice(0, parts.length, ...rest);
    }
    parts.forEach((word) => found.push({ word, blanks: "" }));
    const end = found.at(-1);
    if (end) found[found.length - 1] = { word: end.word, blanks };
  }
  return found;
}

/** A run without blanks, split beside full-width characters, where the rules allow it and `isWanted` says so. */
function split(run: string, isWanted: (before: string, piece: string) => boolean): string[] {
  const parts: string[] = [];
  let current = "";
  let before = "";
  const pieces = run.split(colourCode).flatMap((piece) => (colourCode.test(piece) ? [piece] : characters(piece)));
  for (const piece of pieces) {
    if (piece.startsWith("\u001B")) {
      current += piece;
      continue;
    }
    const isFullWidth = displayWidth(before) === 2 || displayWidth(piece) === 2;
    if (before && isFullWidth && !notAtStart.test(piece) && !notAtEnd.test(before) && isWanted(before, piece)) {
      parts.push(current);
      current = "";
    }
    current += piece;
    before = piece;
  }
  return [...parts, current];
}
