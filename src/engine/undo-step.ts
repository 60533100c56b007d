import { Lecture05Error } from "../errors.ts";
import type { DestroyOptions, Kept, Leftover, Step } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import { failureOf, type StepFailure } from "./events.ts";
import type { Session } from "./session.ts";

/** What undoing the steps came to, as they tell it themselves. */
export interface Undone {
  readonly deleted: { readonly type: string; readonly id: string }[];
  /** By id. */
  readonly leftovers: Map<string, Leftover>;
  readonly kept: Kept[];
  readonly failures: { readonly step: StepName; readonly error: Lecture05Error | Error }[];
}

/** Undoes one step and records the outcome. Throws only when the run was interrupted. */
export async function undoStep(session: Session, step: Step, options: DestroyOptions, undone: Undone): Promise<void> {
  const { sink, workLog, clock } = session;
  const since = clock.now().getTime();
  const failures: Undone["failures"][number][] = [];
  const fail = (error: unknown): void => {
    const known = session.translate(error) ?? (error instanceof Error ? error : new Error(String(error)));
    failures.push({ step: step.name, error: known });
  };
  let leftovers = 0;
  let kept = false;
  workLog.currentStep = step.name;
  try {
    const outcome = await step.destroy(session.contextFor(step), options);
    undone.deleted.push(...outcome.deleted);
    undone.kept.push(...(outcome.kept ?? []));
    for (const { type, id } of outcome.kept ?? [])
      sink({ type: "resource.kept", step: step.name, resourceType: type, id });
    for (const leftover of outcome.leftovers) {
      undone.leftovers.set(leftover.id, leftover);
      sink({ type: "destroy.leftover", step: step.name, leftover });
    }
    leftovers = outcome.leftovers.length;
    kept = (outcome.kept ?? []).length > 0;
    for (const error of outcome.failures ?? []) fail(error);
  } catch (error) {
    if (session.signal.aborted) {
      workLog.currentStep = undefined;
      await session.save();
      throw error;
    }
    fail(error);
  }
  workLog.currentStep = undefined;
  if (leftovers === 0 && failures.length === 0) session.forget(step.name);
  await session.save().catch(fail);
  const ok = leftovers === 0 && failures.length === 0;
  undone.failures.push(...failures);
  const durationMs = clock.now().getTime() - since;
  const [first] = failures;
  const error = first && (first.error instanceof Lecture05Error ? failureOf(first.error) : bugOf(first.error));
  sink({
    type: "step.finished",
    step: step.name,
    outcome: ok ? (kept ? "kept" : "destroyed") : "failed",
    durationMs,
    ...(error ? { error } : {}),
  });
  workLog.append({
    kind: "step",
    step: step.name,
    event: ok ? "destroyed" : "failed",
    durationMs,
    ...(error ? { error: error.message } : {}),
  });
}

/** The other steps are undone all the same; the text of the error goes into the summary. */
function bugOf(error: Error): StepFailure {
  return { code: "BUG", message: `${error.name}: ${error.message}` };
}
