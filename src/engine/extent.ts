import { isBegun, isExtra, type StepName } from "../steps/names.ts";
import type { Step } from "../steps/step.ts";
import type { Session } from "./session.ts";

/** The steps of a run: up to one, else the lecture's and what was begun beyond it. */
export function stepsUpTo({ steps, store }: Pick<Session, "steps" | "store">, to?: StepName): readonly Step[] {
  const last = to
    ? steps.findIndex(({ name }) => name === to)
    : steps.findLastIndex(({ name }) => !isExtra(name) || isBegun(store.state, name));
  return steps.slice(0, last + 1);
}

/** How many steps there are to speak of when a run gets as far as this one. */
export const stepCount = (session: Pick<Session, "steps" | "store">, last: Step): number =>
  Math.max(stepsUpTo(session).length, session.steps.indexOf(last) + 1);

/**
 * The steps of which something may stand, also where the state knows nothing of it. An extra that was never begun is
 * looked for by what it makes first and removes last: one look, for which its own service need not be asked.
 */
export async function standingSteps(session: Session): Promise<Step[]> {
  const standing: Step[] = [];
  for (const step of session.steps) if (await mayStand(session, step)) standing.push(step);
  return standing;
}

async function mayStand(session: Session, step: Step): Promise<boolean> {
  if (!isExtra(step.name) || !step.isThere || isBegun(session.store.state, step.name)) return true;
  try {
    return await step.isThere(session.contextFor(step));
  } catch (error) {
    if (session.signal.aborted) throw error;
    // What cannot be looked for may well be there: the step itself tells.
    return true;
  }
}
