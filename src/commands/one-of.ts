import { Lecture05Error, type ErrorCode } from "../errors.ts";
import type { LocalizedText } from "../text.ts";
import { suggest } from "./suggest.ts";

interface Refusal {
  readonly code: ErrorCode;
  readonly what: LocalizedText;
  /** What the names are, before their list: "The steps are". */
  readonly label: LocalizedText;
  readonly next: string;
}

/** One of the names as typed, or an error that lists them all, with the one that was probably meant. */
export function oneOf<Name extends string>(text: string, names: readonly Name[], refusal: Refusal): Name {
  const known = names.find((candidate) => candidate === text);
  if (known) return known;
  const { code, what, label, next } = refusal;
  const meant = suggest(text, names);
  const list = names.join(", ");
  throw new Lecture05Error(code, {
    what,
    why: meant
      ? {
          en: `Did you mean "${meant}"? ${label.en}: ${list}`,
          ja: `"${meant}" ではありませんか？ ${label.ja}: ${list}`,
        }
      : { en: `${label.en}: ${list}`, ja: `${label.ja}: ${list}` },
    next: [next],
  });
}
