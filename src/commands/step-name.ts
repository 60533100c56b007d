import { Lecture05Error } from "../errors.ts";
import { stepNames, type StepName } from "../steps/names.ts";
import { shown } from "../text.ts";
import { suggest } from "./suggest.ts";

/** A step's name as typed, or STEP_UNKNOWN with the one that was probably meant. */
export function parseStepName(name: string): StepName {
  const known = stepNames.find((candidate) => candidate === name);
  if (known) return known;
  const meant = suggest(name, stepNames);
  const list = stepNames.join(", ");
  throw new Lecture05Error("STEP_UNKNOWN", {
    what: { en: `There is no step "${shown(name)}"`, ja: `"${shown(name)}" というステップはありません` },
    why: meant
      ? { en: `Did you mean "${meant}"? The steps are: ${list}`, ja: `"${meant}" ではありませんか？ ステップ: ${list}` }
      : { en: `The steps are: ${list}`, ja: `ステップ: ${list}` },
    next: ["lecture05 step --list"],
  });
}

export function optionalStepName(value: unknown): StepName | undefined {
  return typeof value === "string" ? parseStepName(value) : undefined;
}
