import { Lecture05Error } from "../errors.ts";
import { shown, type LocalizedText } from "../text.ts";

export interface NumberOption {
  /** As it is typed: "--rate". */
  readonly option: string;
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
  /** Whose help explains it: "lecture05 drill". */
  readonly command: string;
  /** Of what it is a number: seconds, for example. */
  readonly unit?: LocalizedText;
}

/** The value of an option that takes a whole number. Throws USAGE for anything else. */
export function wholeNumber(value: unknown, { option, least, most, otherwise, command, unit }: NumberOption): number {
  if (value === undefined) return otherwise;
  const text = typeof value === "string" ? value : "";
  // Digits only: Number() would also take "0x10", "1e3" and blanks.
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  const [en, ja] = unit ? [` ${unit.en}`, ` (${unit.ja})`] : ["", ""];
  throw new Lecture05Error("USAGE", {
    what: { en: `${option} cannot be "${shown(text)}"`, ja: `${option} に "${shown(text)}" は指定できません` },
    why: { en: `It takes ${least} to ${most}${en}`, ja: `${least}〜${most}${ja} の整数を指定してください` },
    next: [`${command} --help`],
  });
}
