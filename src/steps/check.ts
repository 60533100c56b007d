import type { LocalizedText } from "../text.ts";
import type { Check } from "./step.ts";

/** A check that holds when what was seen is exactly what was expected. */
export function check(name: string, title: LocalizedText, expected: string, observed: string): Check {
  return { name, title, expected, observed, ok: observed === expected };
}
