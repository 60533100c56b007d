import { Lecture05Error } from "../errors.ts";
import type { Change, Step } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import type { RunCommand } from "./events.ts";
import { reconcile } from "./reconcile.ts";
import { beginAhead } from "./begin-ahead.ts";
import { stepsUpTo } from "./extent.ts";
import { runStep, type RunStepOptions } from "./run-step.ts";
import { missingRequirement, type Session } from "./session.ts";

export interface RunResult {
  readonly outcome: "done";
  readonly url: string | undefined;
  /** Steps that were applied in this run; the others were up to date. */
  readonly applied: readonly StepName[];
}

export interface UpOptions extends RunStepOptions {
  readonly to?: StepName;
  /** Begins nothing for later steps while hosts are prepared. */
  readonly sequential?: boolean;
}

/** Applies the steps up to `to` (else as far as the stack goes) in their order. Goes on where an earlier run stopped. */
export async function up(session: Session, options: UpOptions = {}): Promise<RunResult> {
  return run(session, "up", stepsUpTo(session, options.to), options);
}

/** Applies one step; its requirements must be done. */
export async function applyStep(session: Session, name: StepName): Promise<RunResult> {
  const step = stepNamed(session, name);
  requireBefore(step, (required) => session.recordOf(required).status === "done");
  return run(session, "step", [step]);
}

/** Throws STEP_REQUIREMENT_MISSING where a step that must be done before is not. */
export function requireBefore({ name, requires }: Step, isDone: (step: StepName) => boolean): void {
  const missing = requires.filter((required) => !isDone(required));
  if (missing.length > 0) missingRequirement(name, missing);
}

async function run(
  session: Session,
  command: "up" | "step",
  steps: readonly Step[],
  options: UpOptions = { sequential: true },
): Promise<RunResult> {
  const { sink, workLog, store, clock } = session;
  const startedAt = clock.now().getTime();
  announce(session, command, steps);
  const applied: StepName[] = [];
  try {
    if (store.isDoubtful) await reconcile(session);
    await requireNames(session, steps);
    for (const step of steps) {
      if ((await runStep(session, step, options, steps)) === "done") applied.push(step.name);
      if (!options.sequential) await beginAhead(session, step, steps);
    }
  } catch (error) {
    const isDeclined = error instanceof Lecture05Error && error.code === "DECLINED";
    const outcome = session.signal.aborted || isDeclined ? "interrupted" : "failed";
    workLog.append({ kind: "run", command, event: outcome, error: String(error) });
    sink({ type: "run.finished", outcome, durationMs: clock.now().getTime() - startedAt });
    throw error;
  }
  // A run that found nothing to do leaves no trace beyond these two lines.
  workLog.append({ kind: "run", command, event: "done" });
  const { url, expiresAt } = store.state;
  sink({
    type: "run.finished",
    outcome: "done",
    ...(url ? { url } : {}),
    ...(expiresAt ? { expiresAt } : {}),
    durationMs: clock.now().getTime() - startedAt,
  });
  return { outcome: "done", url, applied };
}

/** Before anything is made: a name that is taken at step alb must not show only when ec2 and five others stand. */
async function requireNames(session: Session, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (session.recordOf(step.name).status !== "done") await step.requireNames?.(session.contextFor(step));
  }
}

/** What `up` would do, step by step. Reads only. */
export async function plan(session: Session): Promise<{ step: StepName; changes: Change[] }[]> {
  const plans: { step: StepName; changes: Change[] }[] = [];
  await requireNames(session, session.steps);
  for (const step of session.steps) {
    const changes = await step.plan(session.contextFor(step));
    session.sink({ type: "step.planned", step: step.name, changes });
    plans.push({ step: step.name, changes });
  }
  return plans;
}

export function stepNamed(session: Pick<Session, "steps">, name: StepName): Step {
  const step = session.steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`no step ${name}`);
  return step;
}

export function announce(session: Session, command: RunCommand, steps: readonly Step[]): void {
  session.sink({
    type: "run.started",
    command,
    stack: session.stack,
    target: session.target,
    region: session.region,
    account: session.account,
    steps: steps.map((step) => step.name),
  });
}
