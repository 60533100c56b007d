import type { Lecture05Error } from "../errors.ts";
import { recordModules } from "../records/modules.ts";
import { countModules, groupModules, modulesOf } from "../state/modules.ts";
import type { Step } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import { failureOf } from "./events.ts";
import { standingSteps } from "./extent.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import { observeStack, type Observed } from "./reconcile.ts";
import { announce } from "./run.ts";
import { proveStep } from "./run-step.ts";
import type { Session } from "./session.ts";

export interface AdoptResult {
  readonly adopted: readonly StepName[];
  /** Steps that are there, but do not hold what they are to prove, and those that could not be looked at. */
  readonly failed: readonly StepName[];
}

/**
 * Rebuilds the state of a stack from what there is: resources by their tags, outputs from the services and the hosts,
 * checks by proving each step once more, modules from the hosts' package managers. Makes and changes nothing.
 */
export async function adopt(session: Session): Promise<AdoptResult> {
  const { sink, workLog, clock, store } = session;
  const startedAt = clock.now().getTime();
  const durationMs = (): number => clock.now().getTime() - startedAt;
  const steps = await standingSteps(session);
  announce(session, "adopt", steps);
  try {
    const observed = await observeStack(session, steps);
    const failed: StepName[] = [];
    for (const step of steps) {
      throwIfInterrupted(session.signal);
      const place = { number: steps.indexOf(step) + 1, of: steps.length };
      if (!(await adoptStep(session, step, observed, place))) failed.push(step.name);
    }
    await adoptModules(session, observed);
    workLog.append({ kind: "run", command: "adopt", event: "done" });
    const { url } = store.state;
    sink({ type: "run.finished", outcome: "done", ...(url ? { url } : {}), durationMs: durationMs() });
    return { adopted: [...observed.outputs.keys()], failed };
  } catch (error) {
    const outcome = session.signal.aborted ? "interrupted" : "failed";
    workLog.append({ kind: "run", command: "adopt", event: outcome, error: String(error) });
    sink({ type: "run.finished", outcome, durationMs: durationMs() });
    throw error;
  }
}

/** Records what was observed of a step and proves it once more. False when it does not hold what it is to prove. */
async function adoptStep(
  session: Session,
  step: Step,
  { outputs, failures }: Observed,
  place: { readonly number: number; readonly of: number },
): Promise<boolean> {
  const { sink, clock, workLog } = session;
  const { name, title } = step;
  const since = clock.now().getTime();
  const durationMs = (): number => clock.now().getTime() - since;
  const record = session.recordOf(name);
  const output = outputs.get(name);
  const isSuperseded = step.supersededBy !== undefined && outputs.has(step.supersededBy);
  sink({ type: "step.started", step: name, title, ...place });
  workLog.currentStep = name;
  delete record.error;
  const fail = (failure: Lecture05Error): false => {
    Object.assign(record, { status: "failed", error: { code: failure.code, message: failure.message } });
    sink({ type: "step.finished", step: name, outcome: "failed", durationMs: durationMs(), error: failureOf(failure) });
    return false;
  };
  try {
    const hidden = failures.get(name);
    if (hidden) return fail(hidden);
    if (!output) {
      Object.assign(record, { status: "pending", checks: [], output: undefined });
      sink({ type: "step.finished", step: name, outcome: "absent", durationMs: durationMs() });
      return true;
    }
    record.status = "done";
    // What a later step took over can no longer be seen; its own checks stand for it.
    if (!isSuperseded) await proveStep(session, step, output);
    sink({ type: "step.finished", step: name, outcome: "adopted", durationMs: durationMs() });
    return true;
  } catch (error) {
    const failure = session.translate(error);
    if (!failure || session.signal.aborted) throw failure ?? error;
    return fail(failure);
  } finally {
    workLog.currentStep = undefined;
    await session.save();
  }
}

/** The hosts remember which step brought what. One that does not answer now is asked again by the next `up`. */
async function adoptModules(session: Session, { outputs }: Observed): Promise<void> {
  const { state } = session.store;
  const there = session.steps.filter(({ name }) => outputs.has(name));
  const [first] = there;
  const last = there.at(-1);
  if (!first || !last) return;
  try {
    // What a host does not remember was there before anything else.
    const present = await last.modules(session.contextFor(first), outputs.get(last.name) ?? {});
    state.modules = groupModules(recordModules(modulesOf(state), present, first.name));
  } catch (error) {
    const failure = session.translate(error);
    if (!failure || session.signal.aborted) throw failure ?? error;
    session.sink({ type: "step.progress", step: last.name, message: failure.detail.what });
  }
  for (const step of outputs.keys()) {
    const counts = countModules(state, step);
    if (counts.requested + counts.pulledIn > 0) session.sink({ type: "modules.recorded", step, ...counts });
  }
  await session.save();
}
