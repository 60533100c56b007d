import { Lecture05Error } from "../errors.ts";
import type { LocalizedText } from "../text.ts";

/** Nothing was sent and nothing failed. */
export function refused(why: LocalizedText, next: readonly (string | LocalizedText)[]): Lecture05Error {
  return new Lecture05Error("DRILL_REFUSED", {
    what: { en: "The drill was not started", ja: "障害訓練を開始しませんでした" },
    why,
    next,
  });
}
