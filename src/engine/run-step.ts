import { Lecture05Error } from "../errors.ts";
import { recordModules } from "../records/modules.ts";
import { redact, redactDeep } from "../records/redact.ts";
import { inWords } from "../observed.ts";
import { countModules, groupModules, modulesOf } from "../state/modules.ts";
import type { HostRecord } from "../state/schema.ts";
import type { Check, Step, StepContext } from "../steps/step.ts";
import type { Language } from "../text.ts";
import { explainFailure } from "./diagnosis.ts";
import { placeOf } from "./extent.ts";
import { followHosts } from "./follow-hosts.ts";
import { withReplacementHeld } from "./hold-replacement.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import { failureOf } from "./events.ts";
import type { Session } from "./session.ts";

export interface RunStepOptions {
  /** Called before a step that has something to do. What it throws ends the run, and the step stays as it was. */
  readonly before?: (step: Step) => Promise<void>;
}

/** Applies one step, proves it and records both. Throws when it failed; by then the failure is recorded. */
export async function runStep(
  session: Session,
  step: Step,
  { before }: RunStepOptions = {},
  /** The run's steps; absent: this one alone. */
  run?: readonly Step[],
): Promise<"done" | "up-to-date"> {
  const { sink, workLog, store } = session;
  const record = session.recordOf(step.name);
  const ctx = session.contextFor(step);
  let startedAt = session.clock.now();
  const elapsedMs = (): number => session.clock.now().getTime() - startedAt.getTime();
  sink({ type: "step.started", step: step.name, title: step.title, ...placeOf(session, step, run) });
  workLog.currentStep = step.name;
  let isHeldBack = false;

  try {
    throwIfInterrupted(session.signal);
    const changes = await step.plan(ctx);
    if (record.status === "done" && !record.diagnosis && changes.length === 0) {
      sink({ type: "step.finished", step: step.name, outcome: "up-to-date", durationMs: elapsedMs() });
      return "up-to-date";
    }
    sink({ type: "step.planned", step: step.name, changes });
    if (before) {
      isHeldBack = true;
      await before(step);
      isHeldBack = false;
      startedAt = session.clock.now();
    }
    workLog.append({ kind: "step", step: step.name, event: "started" });
    Object.assign(record, { status: "running", startedAt: startedAt.toISOString() });
    delete record.error;
    delete record.finishedAt;
    delete record.durationMs;
    await session.save();

    const carryOut = async (): Promise<object> => {
      const applied = await applyAndRecord(session, step, ctx);
      await proveApplied(session, step, applied);
      return applied;
    };
    const output = await withReplacementHeld(session, step, carryOut);

    const present = await step.modules(ctx, output);
    store.state.modules = groupModules(recordModules(modulesOf(store.state), present, step.name));
    sink({ type: "modules.recorded", step: step.name, ...countModules(store.state, step.name) });
    delete record.diagnosis;
    Object.assign(record, { status: "done", finishedAt: session.clock.now().toISOString(), durationMs: elapsedMs() });
    await session.save();
    workLog.append({ kind: "step", step: step.name, event: "done", durationMs: elapsedMs() });
    sink({ type: "step.finished", step: step.name, outcome: "done", durationMs: elapsedMs() });
    return "done";
  } catch (error) {
    const failure = session.translate(error);
    if (isHeldBack) throw failure ?? error;
    const code = failure?.code ?? "BUG";
    const message = redact(failure?.message ?? String(error));
    Object.assign(record, {
      status: "failed",
      error: { code, message },
      startedAt: startedAt.toISOString(),
      finishedAt: session.clock.now().toISOString(),
      durationMs: elapsedMs(),
    });
    const explained = await explainFailure(session, step, failure);
    // The disk may be what failed: the first error is the one to show.
    await session.save().catch(() => {});
    workLog.append({ kind: "step", step: step.name, event: "failed", durationMs: elapsedMs(), error: message });
    sink({
      type: "step.finished",
      step: step.name,
      outcome: "failed",
      durationMs: elapsedMs(),
      error: failure ? failureOf(failure) : { code, message },
    });
    throw explained ?? error;
  } finally {
    workLog.currentStep = undefined;
  }
}

/** Applies a step and keeps what it returned. */
export async function applyAndRecord(session: Session, step: Step, ctx: StepContext): Promise<object> {
  const { state } = session.store;
  const { hosts } = ctx.settings;
  if (step.replacesHosts && hosts !== undefined && state.hostsWanted !== hosts) {
    // Written before anything is made: who goes on after a kill need not name the number again.
    state.hostsWanted = hosts;
    await session.save();
  }
  const output = await step.apply(ctx);
  session.recordOf(step.name).output = output as Record<string, unknown>;
  const facts = step.facts?.(output);
  if (facts?.url) state.url = facts.url;
  if (facts?.hosts) {
    if (facts.hosts.some((host) => isNew(host, state.hosts))) reopenAfter(session, step);
    state.hosts = [...facts.hosts];
  }
  const { deployment } = state;
  // Another release than the one that was deployed: what that one came from is no way back any more.
  if (facts?.release !== undefined && deployment && deployment.current.release !== facts.release) {
    delete state.deployment;
  }
  if (facts?.expiresAt) state.expiresAt = facts.expiresAt;
  if (step.replacesHosts) {
    // From here on AWS and the output know, and somebody may scale the group by other means.
    delete state.hostsWanted;
    await followHosts(session);
  }
  await session.save();
  return output;
}

const isNew = ({ instanceId }: HostRecord, known: readonly HostRecord[]): boolean =>
  known.length > 0 && !known.some((host) => host.instanceId === instanceId);

/**
 * A host that took another's place has nothing of the later steps on it: they are no longer done, and no earlier step
 * may count on them. What they returned stays, because what they made on AWS does.
 */
function reopenAfter(session: Session, step: Step): void {
  const known = session.store.state.steps.map(({ name }) => name);
  for (const { name } of session.steps.slice(session.steps.indexOf(step) + 1)) {
    if (!known.includes(name)) continue;
    const record = session.recordOf(name);
    const { output } = record;
    session.forget(name);
    if (output) session.recordOf(name).output = output;
  }
}

/**
 * Proves a step that was just applied. What a later step took over can no longer be seen by the earlier step's checks
 * (Puma's TCP port is closed once the socket is there), so then the later step is proved again instead.
 */
async function proveApplied(session: Session, step: Step, output: object): Promise<void> {
  const successor = session.steps.find(({ name }) => name === step.supersededBy);
  if (!successor || !session.isApplied(successor)) {
    session.recordOf(step.name).checks = [];
    await proveStep(session, step, output, { breaking: step.breaksWhenApplied === true, justApplied: true });
  } else if (session.recordOf(successor.name).status === "done") {
    await proveApplied(session, successor, session.contextFor(step).output(successor));
  }
  // A successor that has failed is carried out again next, and proves itself then; to wait for it here would be in vain.
}

export interface ProofOptions {
  /** When all is well, stops a part for a moment as well, to see the failure. */
  readonly breaking?: boolean;
  /** The checks, when somebody has started to look already. */
  readonly looked?: Promise<Check[]>;
  /** `apply` has just come to its end. */
  readonly justApplied?: boolean;
}

/**
 * Runs a step's checks and records them. Throws STEP_CHECK_FAILED when one failed. Checks that this run does not make
 * (they stop something for a moment) keep their earlier record.
 */
export async function proveStep(
  session: Session,
  step: Step,
  output: object,
  { breaking = false, looked, justApplied = false }: ProofOptions = {},
): Promise<Check[]> {
  const ctx = session.contextFor(step);
  const checks: Check[] = [];
  const tell = (...seen: readonly Check[]): void => {
    // What was observed is what hosts and AWS said, and goes into the state.
    const made = redactDeep(seen);
    checks.push(...made);
    const record = session.recordOf(step.name);
    const kept = record.checks.filter((old) => !checks.some(({ name }) => name === old.name));
    record.checks = [
      ...checks.map(({ name, title, expected, observed, ok }) => ({ name, title, expected, observed, ok })),
      ...kept,
    ];
    for (const check of made) session.sink({ type: "check", step: step.name, check });
  };
  tell(...(await (looked ?? step.verify({ ...ctx, justApplied }, output))));
  await session.save();
  // What is ill already is not made worse, and its failure would prove nothing.
  if (breaking && step.breakAndRestore && checks.every(({ ok }) => ok)) {
    await step.breakAndRestore(ctx, output, tell);
    await session.save();
  }
  const failed = checks.filter((check) => !check.ok);
  if (failed.length > 0 || checks.length === 0) throw checkFailed(step, failed);
  return checks;
}

function checkFailed(step: Step, failed: readonly Check[]): Lecture05Error {
  const detail = (language: Language): string =>
    failed
      .map(({ title, observed, expected }) => {
        const seen = `${title[language]}: ${inWords(observed)[language]}`;
        return `${seen} (${language === "ja" ? "期待値" : "expected"}: ${inWords(expected)[language]})`;
      })
      .join("; ");
  return new Lecture05Error("STEP_CHECK_FAILED", {
    what: {
      en: `Step ${step.name}: ${failed.length} of its checks failed`,
      ja: `ステップ ${step.name} の確認が ${failed.length} 件失敗しました`,
    },
    why: { en: detail("en") || "The step has no check", ja: detail("ja") || "確認項目がありません" },
    next: [`lecture05 verify ${step.name}`, `lecture05 logs --step ${step.name}`, `lecture05 step ${step.name}`],
  });
}
