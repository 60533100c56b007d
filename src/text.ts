/**
 * Words for people, in both languages at the place where they are used, so that the compiler sees to it
 * that neither is forgotten. Which one is shown is decided once, by the reporter.
 */
export interface LocalizedText {
  readonly en: string;
  readonly ja: string;
}

/** Text that is no words of ours: a name, a number, a path, what another program said. It is the same in both languages. */
export const untranslated = (text: string): LocalizedText => ({ en: text, ja: text });

export type Language = keyof LocalizedText;

/** The language for `--lang`, else the locale's (LC_ALL, LC_MESSAGES, LANG in POSIX order), else English. */
export function chooseLanguage(flag: string | undefined, environment: NodeJS.ProcessEnv): Language {
  if (flag === "ja" || flag === "en") return flag;
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  return /^ja(_|$|\.)/i.test(locale) ? "ja" : "en";
}

const shownCharacters = 80;

/** Control characters but line break and tab, halves of a surrogate pair, marks that turn the direction of writing. */
const steering = /(?![\n\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu;

/** Text from anywhere, so that it cannot steer a terminal: escape sequences show as what they are. */
export function harmless(text: string): string {
  return text.replace(steering, escaped);
}

/** Something that was typed or read, fit for the middle of a sentence: harmless, on one line, not endless. */
export function shown(text: string): string {
  // Cut first: nobody waits for a megabyte to be made readable. Not through the middle of a character.
  const start = text.length > shownCharacters ? text.slice(0, shownCharacters).replace(/[\ud800-\udbff]$/, "") : text;
  const line = harmless(start).replace(/[\n\t]/g, escaped);
  return start.length < text.length ? `${line}… (${text.length})` : line;
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
