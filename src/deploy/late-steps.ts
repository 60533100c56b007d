import type { State } from "../state/schema.ts";
import { listedSteps } from "../steps/names.ts";

/** The stack's steps that are not done: a deploy would not know whether what it meets is theirs. */
export const findLateSteps = (state: State): string[] =>
  listedSteps(state).filter((name) => state.steps.find((step) => step.name === name)?.status !== "done");
