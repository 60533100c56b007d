import type { StepName } from "../steps/names.ts";
import type { Check, Step } from "../steps/step.ts";
import { explainFailure } from "./diagnosis.ts";
import { failureOf } from "./events.ts";
import { placeOf } from "./extent.ts";
import { withReplacementHeld } from "./hold-replacement.ts";
import { hostIdsOf, replacedMeanwhile } from "./replaced-meanwhile.ts";
import { announce, stepNamed } from "./run.ts";
import { proveStep } from "./run-step.ts";
import { missingRequirement, type Session } from "./session.ts";

export interface VerifyOptions {
  readonly only?: StepName | undefined;
  /** Stops one part per step for a moment, to see the failure that has to follow. */
  readonly breaking?: boolean;
}

/**
 * Proves once more the steps that were applied; steps that a later one took over from are left out and said so. The
 * steps look at the same time, because much of it is waiting, and are told of in their order.
 */
export async function verify(
  session: Session,
  { only, breaking = false }: VerifyOptions = {},
): Promise<{ failed: number; checked: number }> {
  const steps = only
    ? [applied(session, stepNamed(session, only))]
    : session.steps.filter((step) => session.isApplied(step));
  announce(session, "verify", steps);
  const startedAt = session.clock.now().getTime();
  const looks = new Looks(session);
  for (const step of steps) if (!successorOf(session, step)) looks.start(step);
  let failed = 0;
  let checked = 0;
  try {
    for (const step of steps) {
      const outcome = await verifyStep(session, step, breaking, looks);
      checked += outcome.checked;
      failed += outcome.failed;
    }
  } finally {
    // After an interruption they end soon, too, and what they made has to be gone before this process is.
    await looks.allEnded();
  }
  const durationMs = session.clock.now().getTime() - startedAt;
  session.sink({ type: "run.finished", outcome: failed ? "failed" : "done", durationMs });
  return { failed, checked };
}

async function verifyStep(session: Session, step: Step, breaking: boolean, looks: Looks) {
  const stepStart = session.clock.now().getTime();
  // Its looking may have begun, and ended, while an earlier step was told of.
  const elapsedMs = (): number => Math.max(session.clock.now().getTime() - stepStart, looks.durationMs(step));
  const { title } = step;
  session.sink({ type: "step.started", step: step.name, title, ...placeOf(session, step) });
  const successor = successorOf(session, step);
  if (successor) {
    session.sink({
      type: "step.finished",
      step: step.name,
      outcome: "superseded",
      by: successor,
      durationMs: elapsedMs(),
    });
    return { checked: 0, failed: 0 };
  }
  session.workLog.currentStep = step.name;
  const record = session.recordOf(step.name);
  try {
    const output = session.contextFor(step).output(step);
    looks.show(step);
    // Nothing is stopped while another step is still looking.
    if (breaking) await looks.allEnded();
    const prove = () => proveStep(session, step, output, { breaking, looked: looks.of(step) });
    const checks = await (breaking
      ? withReplacementHeld(session, step, prove)
      : proveOnThoseThere(session, step, looks.hosts, prove));
    record.status = "done";
    delete record.error;
    delete record.diagnosis;
    session.sink({ type: "step.finished", step: step.name, outcome: "done", durationMs: elapsedMs() });
    return { checked: checks.length, failed: 0 };
  } catch (error) {
    const failure = session.translate(error);
    if (!failure || failure.code === "INTERRUPTED") throw error;
    const { code, message } = failure;
    Object.assign(record, { status: "failed", error: { code, message } });
    await explainFailure(session, step, failure);
    session.sink({
      type: "step.finished",
      step: step.name,
      outcome: "failed",
      durationMs: elapsedMs(),
      error: failureOf(failure),
    });
    return { checked: 0, failed: 1 };
  } finally {
    session.workLog.currentStep = undefined;
    await session.save();
  }
}

/** A host that a group has ended while it was looked at proves nothing of the others, nor of the one in its place. */
async function proveOnThoseThere(
  session: Session,
  step: Step,
  hosts: readonly string[],
  prove: () => Promise<Check[]>,
): Promise<Check[]> {
  try {
    return await prove();
  } catch (error) {
    if ((await replacedMeanwhile(session, hosts)).length === 0) throw error;
    const ctx = session.contextFor(step);
    ctx.progress({
      en: "a host was replaced meanwhile; looking again",
      ja: "ホストが置き換えられたため、再確認しています",
    });
    return proveStep(session, step, ctx.output(step), { breaking: false });
  }
}

/** The looking of several steps at a time. */
class Looks {
  private readonly started = new Map<StepName, Promise<Check[]>>();
  private readonly durationsMs = new Map<StepName, number>();
  /** The step that is told of now; only its progress is shown. */
  private shown: StepName | undefined;
  /** The hosts that are looked at. */
  readonly hosts: readonly string[];

  constructor(private readonly session: Session) {
    this.hosts = hostIdsOf(session);
  }

  start(step: Step): void {
    const { session } = this;
    const ctx = session.contextFor(step);
    const progress: typeof ctx.progress = (message) => {
      if (this.shown === step.name) ctx.progress(message);
    };
    const look = session.workLog.during(step.name, async () => step.verify({ ...ctx, progress }, ctx.output(step)));
    const since = session.clock.now().getTime();
    const ended = (): void => void this.durationsMs.set(step.name, session.clock.now().getTime() - since);
    // It is asked for later; until then nobody else takes care of a failure.
    look.then(ended, ended);
    this.started.set(step.name, look);
  }

  durationMs(step: Step): number {
    return this.durationsMs.get(step.name) ?? 0;
  }

  show(step: Step): void {
    this.shown = step.name;
  }

  async of(step: Step): Promise<Check[]> {
    const look = this.started.get(step.name);
    if (!look) throw new Error(`no look at ${step.name} was started`);
    return look;
  }

  async allEnded(): Promise<void> {
    await Promise.allSettled(this.started.values());
  }
}

function successorOf(session: Session, { supersededBy }: Step): StepName | undefined {
  return supersededBy && session.isApplied(stepNamed(session, supersededBy)) ? supersededBy : undefined;
}

function applied(session: Session, step: Step): Step {
  return session.recordOf(step.name).status === "pending" ? missingRequirement(step.name, [step.name]) : step;
}
