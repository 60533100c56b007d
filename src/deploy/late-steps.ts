import type { State } from "../state/schema.ts";
import { isExtra, listedSteps } from "../steps/names.ts";

/**
 * The stack's steps that are not done: a deploy would not know whether what it meets is theirs. One beyond the lecture
 * that never came to its end changes nothing of what serves, and another release may be what it waits for.
 */
export const findLateSteps = (state: State): string[] =>
  listedSteps(state).filter((name) => {
    const record = state.steps.find((step) => step.name === name);
    return record?.status !== "done" && !(isExtra(name) && record?.output === undefined);
  });
