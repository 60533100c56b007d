import { eastAsianWidth } from "get-east-asian-width";

// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const colourCode = /\u001B\[[0-9;]*m/g;
/** Takes no column of its own: accents, joiners, selectors, control characters. */
const invisible = /[\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Format}\p{Control}\p{Default_Ignorable_Code_Point}]/u;
/** Takes none after what it belongs to: the later parts of a Hangul syllable, an emoji's tone of skin. */
const hangul = /[\u1100-\u11FF\uA960-\uA97C\uAC00-\uD7A3]$/;
const laterHangul = /[\u1160-\u11FF\uD7B0-\uD7FB]/;
const skin = /[\u{1F3FB}-\u{1F3FF}]/u;
const joiner = "\u200D";
const asEmoji = "\uFE0F";
const pictograph = /\p{Extended_Pictographic}/u;
const flagPart = /[\u{1F1E6}-\u{1F1FF}]/u;

/** One column each, whatever stands before them: what most of our lines consist of, without asking Unicode's tables. */
const plain = /^[\x20-\x7E✓✗]*$/;
const plainWide = /^[ぁ-ゖァ-ヺ一-鿿、。「」]$/;

/** What is one character to a reader (a letter with its accents, an emoji with its modifiers), and its columns. */
interface Character {
  text: string;
  columns: number;
}

/**
 * Cuts a text into characters. By rules of our own over a well-kept table of widths, because Intl.Segmenter and the
 * expression for all emoji, which do the same, cost more than all of `status` (docs/decisions/0006-widths.md).
 */
function charactersOf(text: string, ambiguousAsWide: boolean): Character[] {
  const found: Character[] = [];
  let last: Character | undefined;
  for (const point of text) {
    if (last && !isAlone(last.text, point) && (invisible.test(point) || joins(last.text, point))) {
      last.text += point;
      if (point === asEmoji && pictograph.test(last.text)) last.columns = 2;
      if (flagPart.test(point)) last.columns = 2;
      continue;
    }
    last = { text: point, columns: columnsOf(point, ambiguousAsWide) };
    found.push(last);
  }
  return found;
}

function columnsOf(point: string, ambiguousAsWide: boolean): number {
  if (plain.test(point)) return 1;
  if (plainWide.test(point)) return 2;
  return invisible.test(point) ? 0 : eastAsianWidth(point.codePointAt(0) ?? 0, { ambiguousAsWide });
}

/** Certain at a glance: the expressions for all of Unicode take longer to be made ready than a short command lasts. */
const isAlone = (before: string, point: string): boolean =>
  (plain.test(point) || plainWide.test(point)) && !before.endsWith(joiner);

/** Whether a character goes on with this: an emoji after a joiner, its skin, the second half of a flag, Hangul. */
function joins(before: string, point: string): boolean {
  if (before.endsWith(joiner)) return pictograph.test(point);
  if (skin.test(point)) return pictograph.test(before);
  if (laterHangul.test(point)) return hangul.test(before);
  return flagPart.test(point) && before.length === 2 && flagPart.test(before);
}

function width(text: string, ambiguousAsWide: boolean): number {
  const bare = text.replace(colourCode, "");
  if (plain.test(bare)) return bare.length;
  return charactersOf(bare, ambiguousAsWide).reduce((sum, { columns }) => sum + columns, 0);
}

/**
 * Columns that a text takes on a terminal: full-width characters and emoji two, combining characters none, colours
 * none. East Asian ambiguous characters (…, →, ±) take one, as on terminals of today; see `widestWidth`.
 */
export const displayWidth = (text: string): number => width(text, false);

/** The same where ambiguous characters take two columns, as some terminals in a Japanese locale are set up. */
export const widestWidth = (text: string): number => width(text, true);

/** What is one character to a reader, one by one. */
export const characters = (text: string): string[] => charactersOf(text, false).map((character) => character.text);

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/**
 * The text cut so that it fits into this many columns on every terminal, with an ellipsis when something was cut. Meant
 * for text without colours.
 */
export function truncate(text: string, columns: number): string {
  if (widestWidth(text) <= columns) return text;
  const ellipsis = "…";
  let cut = "";
  let used = widestWidth(ellipsis);
  for (const character of characters(text)) {
    used += widestWidth(character);
    if (used > columns) break;
    cut += character;
  }
  return columns < 1 ? "" : `${cut.trimEnd()}${ellipsis}`;
}

/** Rows as aligned columns, two spaces apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell))));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : padEnd(cell, widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
