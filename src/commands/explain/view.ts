import { firstSentence, type Explanation, type Reason } from "../../explain/reason.ts";
import { inWords } from "../../observed.ts";
import type { Paint } from "../../reporter/paint.ts";
import { wrap } from "../../reporter/wrap.ts";
import type { Language, LocalizedText } from "../../text.ts";

export interface ViewOptions {
  readonly language: Language;
  readonly paint: Paint;
  /** Columns to fit into; undefined: lines stay whole. */
  readonly columns: number | undefined;
}

/** Longer lines are hard to read. */
const widest = 100;

const words = {
  see: { en: "See also (lecture05 explain …):", ja: "関連 (lecture05 explain …):" },
  more: { en: "All reasons:", ja: "すべての理由:" },
} satisfies Record<string, LocalizedText>;

/** A step or topic in full: what it is about, then each setting under the file or call in which it stands. */
export function explanationLines(explanation: Explanation, options: ViewOptions): string[] {
  const { language, paint } = options;
  const { name, title, text, settings, see } = explanation;
  const lines = [`${paint("bold", name)}  ${paint("bold", title[language])}`];
  for (const paragraph of text) lines.push("", ...prose(paragraph[language], 2, options));
  let where = "";
  for (const group of groups(settings)) {
    if (group[0]?.where !== where) {
      where = group[0]?.where ?? "";
      lines.push("", `  ${paint("cyan", where)}`);
    }
    lines.push("", ...reasonLines(group, options, (why) => why[language]));
  }
  if (see.length > 0) {
    lines.push("", `  ${words.see[language]} ${see.map((other) => paint("cyan", other)).join(", ")}`);
  }
  return lines.flatMap((line) => fit(line, options));
}

/** The short form: what a step is there to teach, a sentence each. */
export function lessonLines({ name, text, settings }: Explanation, options: ViewOptions): string[] {
  const { language, paint } = options;
  const lines = text.flatMap((paragraph) => prose(paragraph[language], 4, options));
  for (const group of groups(settings.filter(({ why }) => why.lesson))) {
    lines.push("", ...reasonLines(group, options, (why) => firstSentence(why)[language]));
  }
  return [...lines, "", `    ${words.more[language]} ${paint("cyan", `lecture05 explain ${name}`)}`];
}

/** Settings that follow one another for the same reason. */
function groups(settings: readonly Reason[]): Reason[][] {
  const found: Reason[][] = [];
  for (const reason of settings) {
    const last = found.at(-1);
    const before = last?.at(-1);
    if (last && before?.why === reason.why && before.where === reason.where) last.push(reason);
    else found.push([reason]);
  }
  return found;
}

function reasonLines(
  group: readonly Reason[],
  options: ViewOptions,
  say: (why: Reason["why"]) => string,
): readonly string[] {
  const { paint, language } = options;
  const [first] = group;
  if (!first) return [];
  const heads = group.map(({ name, value }) => {
    // A rule of a security group is words of ours; other values stand somewhere as they are.
    const isOurs = value === "none" || value === "the same on all" || /^[a-z]+ \d+ from /.test(value);
    const shown = isOurs ? inWords(value)[language] : value;
    return `    ${paint("bold", inWords(name)[language])} ${shown}`.trimEnd();
  });
  return [...heads.flatMap((line) => fit(line, options, 8)), ...prose(say(first.why), 6, options)];
}

const prose = (text: string, indent: number, options: ViewOptions): string[] =>
  fit(" ".repeat(indent) + text, options, indent);

function fit(line: string, { columns }: ViewOptions, indent = 4): string[] {
  return columns === undefined ? [line] : wrap(line, Math.min(columns, widest), " ".repeat(indent));
}
