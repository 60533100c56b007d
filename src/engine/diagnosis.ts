import { untranslated } from "../text.ts";
import type { DiagnoseContext, Question } from "../diagnose/collect.ts";
import { commandsOf } from "../diagnose/commands.ts";
import type { DiagnoseOptions } from "../diagnose/diagnose.ts";
import { noOccasion, occasionOf, type Occasion } from "../diagnose/occasion.ts";
import { isDefinite, nothingWrong, type Verdict } from "../diagnose/verdict.ts";
import { Lecture05Error, type ErrorCode } from "../errors.ts";
import { alb } from "../steps/alb.ts";
import { stepNames, type StepName } from "../steps/names.ts";
import type { Step, Suspicion } from "../steps/step.ts";
import type { VerdictEvent } from "./events.ts";
import type { Session } from "./session.ts";

/** Looks for the one cause. Given to a session from outside, because it needs the real world. */
export type Diagnose = (ctx: DiagnoseContext, question: Question, options?: DiagnoseOptions) => Promise<Verdict>;

/** Failures whose own words do not say what is wrong on the way to the page. */
const worthALook: ReadonlySet<ErrorCode> = new Set([
  "STEP_CHECK_FAILED",
  "REMOTE_COMMAND_FAILED",
  "ALB_TARGET_UNHEALTHY",
  "WAIT_TIMED_OUT",
  "INSTANCE_NOT_MANAGED",
]);

/** How long a wait may go without progress before its reason is looked for, and how often then. */
const firstLookMs = 12_000;
const nextLookMs = 20_000;

/** What a wait found out, so that the failure which follows from it is not looked into again. */
const suspected = new WeakMap<Session, Verdict>();

/** Looks now, as far as the steps that were done or tried go; with `upTo` only as far as that one. */
export async function lookFor(
  session: Session,
  options: { readonly upTo?: StepName; readonly occasion?: Occasion; readonly patient?: boolean },
): Promise<Verdict | undefined> {
  const { patient = true } = options;
  const upTo = options.upTo && inForce(session, options.upTo);
  const last = upTo ? stepNames.indexOf(upTo) : stepNames.length;
  const begun = session.store.state.steps.filter(({ status }) => status !== "pending").map(({ name }) => name);
  const reached = stepNames.filter((name, index) => index <= last && begun.includes(name));
  if (upTo && !reached.includes(upTo)) reached.push(upTo);
  // However far is looked: the file on the host is none of the application's any more, and on a clone it is not there.
  if (hasMoved(session) && !reached.includes("database")) reached.push("database");
  const occasion = options.occasion ?? recordedOccasion(session, reached);
  const question = { reached, url: session.store.state.url, certificateNames: certificateNames(session), occasion };
  return session.diagnose?.(session.contextForDiagnosis(upTo), question, { patient });
}

/** Whether the records are in RDS, also where the step has to run again because the host is another one. */
function hasMoved({ store }: Session): boolean {
  return store.state.steps.some(({ name, output }) => name === "database" && output !== undefined);
}

/** As step alb noted them when it was carried out. */
function certificateNames(session: Session): readonly string[] | undefined {
  const step = session.steps.find(({ name }) => name === alb.name);
  const parsed = alb.output.safeParse(step && session.recordOf(step.name).output);
  return parsed.success ? parsed.data.certificate?.names : undefined;
}

/** The step whose way is in use now: Puma's TCP port is closed once the socket took over. */
function inForce(session: Session, name: StepName): StepName {
  const successor = session.steps.find((step) => step.name === name)?.supersededBy;
  return successor && session.recordOf(successor).status !== "pending" ? inForce(session, successor) : name;
}

/** What an earlier run left half made; failed checks of the past prove nothing about now. */
function recordedOccasion(session: Session, reached: readonly StepName[]): Occasion {
  const failed = reached.map((name) => session.recordOf(name)).find((record) => record.status === "failed");
  if (!failed?.error) return noOccasion;
  const occasion = occasionOf(failed.name, failed.error.message);
  return occasion.unfinished ? occasion : noOccasion;
}

/**
 * Says under a failed step what is wrong, and returns the failure with the verdict's commands as what to do next. The
 * failure itself stays what it was; a diagnosis that fails itself adds nothing.
 */
export async function explainFailure(
  session: Session,
  step: Step,
  failure: Lecture05Error | undefined,
): Promise<Lecture05Error | undefined> {
  if (!failure || !session.diagnose || !worthALook.has(failure.code) || session.signal.aborted) return failure;
  const failedChecks = session.recordOf(step.name).checks.filter(({ ok }) => !ok);
  const occasion = occasionOf(
    step.name,
    failure.message,
    failedChecks.map((check) => ({ ...check, title: untranslated(check.name) })),
  );
  let verdict = suspected.get(session);
  suspected.delete(session);
  try {
    verdict ??= await lookFor(session, { upTo: step.name, occasion });
  } catch (error) {
    if (session.signal.aborted) throw error;
    session.workLog.append({ kind: "run", command: "diagnose", event: "failed", error: String(error) });
    return failure;
  }
  if (!verdict || verdict.code === nothingWrong) return failure;
  session.sink({ type: "diagnosis", step: step.name, ...verdictEvent(session, verdict) });
  logVerdict(session, verdict);
  markVerdict(session, step.name, verdict);
  const { what, why, cause } = failure.detail;
  return new Lecture05Error(failure.code, {
    what,
    ...(why ? { why } : {}),
    next: [
      ...commandsOf(verdict),
      ...(verdict.fix.automatic ? ["lecture05 diagnose --fix"] : []),
      ...(failure.detail.next ?? []),
    ],
    cause,
  });
}

/** What `diagnosis` says in the event stream, and what is shown to people. */
export function verdictEvent(session: Session, verdict: Verdict): VerdictEvent {
  const { layer, code, cause, evidence, ruledOut, fix } = verdict;
  const commands = commandsOf(verdict, hasSeveralHosts(session));
  return { layer, code, cause, evidence, fix: { commands, automatic: fix.automatic }, ruledOut };
}

export const hasSeveralHosts = ({ store }: Session): boolean => store.state.hosts.length > 1;

export function logVerdict(session: Session, verdict: Verdict): void {
  const { layer, code, cause, evidence } = verdict;
  const fix = commandsOf(verdict, hasSeveralHosts(session));
  session.workLog.append({
    kind: "diagnosis",
    layer,
    code,
    cause: cause.en,
    causeText: cause,
    fix: [...fix],
    evidence: [...evidence],
  });
}

/** Notes in the state what was found, so that a step which is done is applied again, and a repeat looks at once. */
export function markVerdict(session: Session, step: StepName, { layer, code }: Verdict): void {
  session.recordOf(step).diagnosis = { layer, code, at: session.clock.now().toISOString() };
}

/**
 * For steps that wait: the definite cause, when it is time to look. At once when the step failed before, because
 * waiting as long again would end the same way; otherwise only after a while, because things do take a while.
 */
export function createSuspicion(
  session: Session,
  step: StepName,
): (waitedMs: number) => Promise<Suspicion | undefined> {
  const failedBefore = session.store.state.steps.some(({ name, diagnosis }) => name === step && diagnosis);
  let dueMs = failedBefore ? 0 : firstLookMs;
  return async (waitedMs) => {
    if (waitedMs < dueMs) return undefined;
    dueMs = waitedMs + nextLookMs;
    const verdict = await lookFor(session, { upTo: step, occasion: noOccasion, patient: false }).catch(
      (error: unknown) => {
        if (session.signal.aborted) throw error;
        return undefined;
      },
    );
    if (!verdict || !isDefinite(verdict) || verdict.mayPass) return undefined;
    suspected.set(session, verdict);
    return { code: verdict.code, cause: verdict.cause };
  };
}
