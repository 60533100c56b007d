import { certificateOf, saveCertificate } from "../records/certificate.ts";
import { keepLastStack } from "../records/last-stack.ts";
import type { SweepAnswer } from "../ports/sweep.ts";
import type { DestroyOptions, Kept } from "../steps/step.ts";
import type { SweptSubject } from "./events.ts";
import { standingSteps } from "./extent.ts";
import { explain, incomplete } from "./incomplete.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import { forgetResources } from "./recorder.ts";
import { announce } from "./run.ts";
import type { Session } from "./session.ts";
import { leftIn, sweepUntilSettled, type AskSweep } from "./sweep.ts";
import { undoStep, type Undone } from "./undo-step.ts";

export interface DestroyResult {
  readonly deleted: number;
  readonly kept: readonly Kept[];
  /** Directory of the certificate; undefined when it could not be written. */
  readonly certificate: string | undefined;
  readonly certificateFailure?: unknown;
}

/**
 * Undoes the steps in reverse order. Goes on after a failure, so that one stubborn resource does not keep the rest
 * alive; ends with a sweep that does not trust what the deletions said, and certifies what it found.
 */
export async function destroy(
  session: Session,
  ask: AskSweep,
  options: DestroyOptions = { keepBucket: false, deleteData: false },
): Promise<DestroyResult> {
  const { sink, workLog, clock } = session;
  const startedAt = clock.now();
  const durationMs = (): number => clock.now().getTime() - startedAt.getTime();
  const steps = (await standingSteps(session)).toReversed();
  const undone: Undone = { deleted: [], leftovers: new Map(), kept: [], failures: [] };
  let left: number | undefined;
  announce(session, "destroy", steps);
  try {
    keepLastStack(session.directory, session.store.state);
  } catch {
    // A report can do without; what costs money must not stand because a disk is full.
  }
  try {
    for (const [index, step] of steps.entries()) {
      throwIfInterrupted(session.signal);
      sink({ type: "step.started", step: step.name, title: step.title, number: index + 1, of: steps.length });
      await undoStep(session, step, options, undone);
    }
    throwIfInterrupted(session.signal);
    sink({ type: "sweep.started" });
    const explained = [...undone.leftovers.values()].flatMap(({ id, blockers }) => [
      id,
      ...blockers.map((it) => it.id),
    ]);
    const swept = await sweepUntilSettled(session, ask, new Set(explained), undone.kept);
    const unanswered = swept.answers.filter(({ failure }) => failure !== undefined);
    sink({ type: "sweep.finished", answers: swept.answers.map((answer) => told(answer, undone.kept)) });
    // Not a single answer says more about the way to AWS than about the stack.
    const [first] = unanswered;
    if (first && unanswered.length === swept.answers.length) throw session.translate(first.failure) ?? first.failure;
    left = swept.left.length;
    if (left > 0 || first) throw incomplete(session, explain(swept.left, undone), undone, unanswered);

    const result = await certify(session, { startedAt, undone, answers: swept.answers });
    await closeState(session, undone.kept);
    workLog.append({ kind: "run", command: "destroy", event: "done" });
    sink({
      type: "run.finished",
      outcome: "done",
      durationMs: durationMs(),
      left: 0,
      kept: undone.kept,
      ...(result.certificate === undefined ? {} : { certificate: result.certificate }),
    });
    return { deleted: undone.deleted.length, kept: undone.kept, ...result };
  } catch (error) {
    const outcome = session.signal.aborted ? "interrupted" : "failed";
    sink({ type: "run.finished", outcome, durationMs: durationMs(), ...(left === undefined ? {} : { left }) });
    workLog.append({ kind: "run", command: "destroy", event: outcome, error: String(error) });
    throw session.signal.aborted ? (session.translate(error) ?? error) : error;
  }
}

type Certified = Pick<DestroyResult, "certificate" | "certificateFailure">;

/** What is gone is gone, also when the disk has no room left to say so. */
async function certify(
  session: Session,
  facts: { readonly startedAt: Date; readonly undone: Undone; readonly answers: readonly SweepAnswer[] },
): Promise<Certified> {
  const { stack, target, region, account, directory, clock } = session;
  const { startedAt, answers } = facts;
  const { deleted, kept } = facts.undone;
  const certificate = certificateOf({
    stack,
    target,
    region,
    account,
    startedAt,
    finishedAt: clock.now(),
    answers,
    deleted,
    kept,
  });
  try {
    return { certificate: await saveCertificate(directory, certificate) };
  } catch (certificateFailure) {
    return { certificate: undefined, certificateFailure };
  }
}

/** The state becomes a record of the past, unless something was kept: then a later command has to find it again. */
async function closeState(session: Session, kept: readonly Kept[]): Promise<void> {
  const { store } = session;
  forgetResources(
    store.state,
    kept.map(({ id }) => id),
  );
  store.state.hosts = [];
  store.state.modules = [];
  delete store.state.url;
  delete store.state.expiresAt;
  delete store.state.certificateArn;
  delete store.state.loadBalancer;
  delete store.state.maintenance;
  delete store.state.hostsWanted;
  delete store.state.deployment;
  await session.save();
  if (kept.length === 0) store.retire();
}

/** What the sweep heard, without request ids; those are in the certificate. */
function told(answer: SweepAnswer, kept: readonly Kept[]): SweptSubject {
  const { service, subject, failure } = answer;
  return { service, subject, found: leftIn([answer], kept), answered: failure === undefined };
}
