import { stepNames, type StepName } from "../steps/names.ts";
import { shown } from "../text.ts";
import { oneOf } from "./one-of.ts";

/** A step's name as typed, or STEP_UNKNOWN with the one that was probably meant. */
export function parseStepName(name: string): StepName {
  return oneOf(name, stepNames, {
    code: "STEP_UNKNOWN",
    what: { en: `There is no step "${shown(name)}"`, ja: `"${shown(name)}" というステップはありません` },
    label: { en: "The steps are", ja: "ステップ" },
    next: "lecture05 step --list",
  });
}

export function optionalStepName(value: unknown): StepName | undefined {
  return typeof value === "string" ? parseStepName(value) : undefined;
}
