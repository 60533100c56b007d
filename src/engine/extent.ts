import { isBegun, isExtra, isOnTheWay, type StepName } from "../steps/names.ts";
import type { Step } from "../steps/step.ts";
import type { Session } from "./session.ts";

/** The steps of a run: up to one, else the lecture's and what was begun beyond it. */
export function stepsUpTo({ steps, store }: Pick<Session, "steps" | "store">, to?: StepName): readonly Step[] {
  return steps.filter(({ name }) => (to ? isOnTheWay(to, name) : !isExtra(name) || isBegun(store.state, name)));
}

/** A step's place among those that there are to speak of: the stack's, and those of the run. */
export function placeOf(
  { steps, store }: Pick<Session, "steps" | "store">,
  step: Step,
  run: readonly Step[] = [step],
): { readonly number: number; readonly of: number } {
  const spoken = steps.filter((it) => !isExtra(it.name) || run.includes(it) || isBegun(store.state, it.name));
  return { number: spoken.indexOf(step) + 1, of: spoken.length };
}

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
