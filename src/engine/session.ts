import { Lecture05Error } from "../errors.ts";
import type { Ports } from "../ports/index.ts";
import type { WorkLog } from "../records/work-log.ts";
import { keepPage } from "../records/seen-pages.ts";
import { acquireLock, type Lock } from "../state/lock.ts";
import { StateStore, type StateIdentity } from "../state/store.ts";
import type { StepRecord } from "../state/schema.ts";
import { titleOf, type Settings, type Step, type StepContext } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import type { EventSink } from "./events.ts";
import type { DiagnoseContext } from "../diagnose/collect.ts";
import { createSuspicion, type Diagnose } from "./diagnosis.ts";
import type { SessionClock } from "./interrupt.ts";
import { createRecorder } from "./recorder.ts";
import { createWithout } from "./undo.ts";

export interface SessionOptions extends StateIdentity {
  readonly directory: string;
  readonly settings: Settings;
  readonly ports: Ports;
  readonly steps: readonly Step[];
  readonly clock: SessionClock;
  readonly workLog: WorkLog;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** What is running, as a person would type it; shown to whoever finds the lock held. Undefined: read only, no lock. */
  readonly command: string | undefined;
  /** Turns an adapter's error into one for people; undefined for what it does not know. */
  readonly translate: (error: unknown) => Lecture05Error | undefined;
  /** Finds the one cause of a failure; without it failures are only reported. */
  readonly diagnose?: Diagnose;
}

/** One run of one command on one stack: its state, its lock and what the steps get to see. */
export interface Session extends SessionOptions {
  readonly store: StateStore;
  readonly lock: Lock | undefined;
  recordOf(step: StepName): StepRecord;
  /** Nothing of the step stands any more: its record is as before it was first applied. */
  forget(step: StepName): void;
  contextFor(step: Step): StepContext;
  /** True when the step was carried out once, also when its proof has failed since. */
  isApplied(step: Step): boolean;
  /** What a diagnosis may use; its progress is shown at this step. */
  contextForDiagnosis(step?: StepName): DiagnoseContext;
  save(): Promise<void>;
  close(): void;
}

export function openSession(options: SessionOptions): Session {
  const { directory, clock, signal } = options;
  const lock = options.command === undefined ? undefined : acquireLock(directory, options.command, clock.now());
  let store: StateStore;
  try {
    store = StateStore.open(directory, options, clock.now());
  } catch (error) {
    lock?.release();
    throw error;
  }
  const { state } = store;
  const sink: EventSink = (event) => {
    if (event.type === "step.started") lock?.working(event.step);
    const started = event.type === "step.started" && options.steps.find(({ name }) => name === event.step);
    options.sink(started ? { ...event, title: titleOf(started, state) } : event);
  };

  const recordOf = (name: StepName): StepRecord => {
    let record = state.steps.find((step) => step.name === name);
    if (!record) {
      record = pendingStep(name);
      state.steps.push(record);
    }
    return record;
  };

  /** Without making a record: a state does not name an extra that nobody asked for. */
  const known = (name: StepName): StepRecord => state.steps.find((step) => step.name === name) ?? pendingStep(name);

  const findOutput = <Out extends object>(step: Step<Out>): Out | undefined => {
    const parsed = step.output.safeParse(known(step.name).output);
    return parsed.success ? parsed.data : undefined;
  };

  const progressAt =
    (step: StepName): StepContext["progress"] =>
    (message, detail) =>
      sink({ type: "step.progress", step, message, ...detail });

  const session: Session = {
    ...options,
    sink,
    store,
    lock,
    recordOf,
    forget: (name) => state.steps.splice(state.steps.indexOf(recordOf(name)), 1, pendingStep(name)),
    save: () => store.save(clock.now()),
    close: () => lock?.release(),
    isApplied: (step) => known(step.name).status !== "pending" && findOutput(step) !== undefined,
    contextFor: (step) => ({
      step: step.name,
      stack: options.stack,
      region: options.region,
      account: options.account,
      // The state knows the end, so that every command sees the same one.
      settings: {
        ...options.settings,
        hosts: options.settings.hosts ?? state.hostsWanted,
        expiresAt: state.expiresAt,
        certificateArn: state.certificateArn,
        loadBalancer: state.loadBalancer,
        maintenance: state.maintenance,
        deployment: state.deployment,
      },
      ports: options.ports,
      record: createRecorder({
        step: step.name,
        store,
        sink,
        signal,
        now: () => clock.now(),
        sleep: (ms) => clock.sleep(ms),
      }),
      clock,
      signal,
      without: createWithout(session, step.name),
      findOutput,
      output: (required) => findOutput(required) ?? missingRequirement(step.name, [required.name]),
      isDone: (name) => known(name).status === "done",
      keepPage: (page) => keepPage(directory, step.name, page, clock.now()),
      progress: progressAt(step.name),
      suspect: createSuspicion(session, step.name),
    }),
    contextForDiagnosis: (step) => ({
      stack: options.stack,
      region: options.region,
      account: options.account,
      settings: { ...options.settings, certificateArn: state.certificateArn, loadBalancer: state.loadBalancer },
      ports: options.ports,
      clock,
      signal,
      progress: progressAt(step ?? "ec2"),
    }),
  };
  return session;
}

const pendingStep = (name: StepName): StepRecord => ({ name, status: "pending", checks: [] });

export function missingRequirement(step: StepName, missing: readonly StepName[]): never {
  throw new Lecture05Error("STEP_REQUIREMENT_MISSING", {
    what: {
      en: `Step ${step} needs ${missing.join(", ")} first`,
      ja: `ステップ ${step} の前に ${missing.join(", ")} が必要です`,
    },
    why: {
      en: `Not done yet: ${missing.join(", ")}`,
      ja: `まだ完了していません: ${missing.join(", ")}`,
    },
    next: [`lecture05 step ${missing[0]}`, `lecture05 up --to ${step}`],
  });
}
