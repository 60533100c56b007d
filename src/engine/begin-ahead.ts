import type { Step } from "../steps/step.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import type { Session } from "./session.ts";

/**
 * After a step of a run: begins what later ones of it will find, where there is work on hosts to do meanwhile. What AWS
 * refuses here is refused once more at the step itself, which reports it: nothing fails before its turn.
 */
export async function beginAhead(session: Session, finished: Step, steps: readonly Step[]): Promise<void> {
  const later = steps.slice(steps.indexOf(finished) + 1);
  for (const [index, step] of later.entries()) {
    if (step.ahead?.after !== finished.name || session.isApplied(step)) continue;
    const isMeanwhile = later.slice(0, index).some((between) => session.recordOf(between.name).status !== "done");
    const isBegun = session.store.state.resources.some((it) => it.step === step.name && it.id !== undefined);
    if (isMeanwhile && !isBegun) await begin(session, step, step.ahead);
  }
}

async function begin(session: Session, step: Step, ahead: NonNullable<Step["ahead"]>): Promise<void> {
  const { sink, signal, workLog } = session;
  const { name } = step;
  throwIfInterrupted(signal);
  workLog.currentStep = name;
  try {
    sink({ type: "step.ahead", step: name });
    await ahead.begin(session.contextFor(step));
  } catch (error) {
    throwIfInterrupted(signal);
    const failure = session.translate(error);
    if (!failure || failure.code.startsWith("STATE_")) throw error;
    const { what, why } = failure.detail;
    sink({ type: "step.ahead", step: name, reason: why ?? what });
  } finally {
    workLog.currentStep = undefined;
  }
}
