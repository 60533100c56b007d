import type { Found, SweepAnswer } from "../ports/sweep.ts";
import type { Kept } from "../steps/step.ts";
import type { Session } from "./session.ts";

/** Asks every service anew what carries the stack's tag. */
export type AskSweep = (about: Pick<Session, "stack" | "account" | "region" | "ports">) => Promise<SweepAnswer[]>;

/** AWS's lists lag behind its deletions for some seconds, so what nobody can explain is looked for again. */
const pausesMs = [1000, 2000, 4000, 8000];

/**
 * Sweeps until every leftover is one that a step has told of, or the time for it is over. What was kept by request is
 * no leftover.
 */
export async function sweepUntilSettled(
  session: Session,
  ask: AskSweep,
  explained: ReadonlySet<string>,
  kept: readonly Kept[],
): Promise<{ answers: SweepAnswer[]; left: Found[] }> {
  for (const pauseMs of [...pausesMs, undefined]) {
    const answers = await ask(session);
    const left = leftIn(answers, kept);
    if (pauseMs === undefined || left.every(({ id }) => explained.has(id))) return { answers, left };
    await session.clock.sleep(pauseMs);
  }
  throw new Error("unreachable: the last round returns");
}

/** Each thing once, though several questions may have found it. */
export function leftIn(answers: readonly SweepAnswer[], kept: readonly Kept[]): Found[] {
  const found = answers.flatMap((answer) => answer.found);
  const left = new Map(found.map((it) => [`${it.type} ${it.id}`, it]));
  return [...left.values()].filter(({ id }) => !kept.some((it) => id === it.id || id.startsWith(`${it.id}/`)));
}
