import type { Lecture05Error } from "../errors.ts";
import type { ResourceRecord } from "../state/schema.ts";
import type { Step } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import { standingSteps } from "./extent.ts";
import { throwIfInterrupted } from "./interrupt.ts";
import { forget } from "./recorder.ts";
import type { Session } from "./session.ts";

/** What there is of each step: its output, or why it could not be told. A step that is in neither is not there. */
export interface Observed {
  readonly outputs: ReadonlyMap<StepName, object>;
  readonly failures: ReadonlyMap<StepName, Lecture05Error>;
}

/**
 * Holds a state that may be wrong against what there is. Reads by tags and from the hosts; what is gone is no longer
 * recorded, and a step of which something is missing has to run again.
 */
export async function reconcile(session: Session): Promise<void> {
  const steps = await standingSteps(session);
  const { outputs } = await observeStack(session, steps);
  for (const step of steps) {
    const record = session.recordOf(step.name);
    if (record.status === "done" && !outputs.has(step.name)) record.status = "stale";
  }
  await session.save();
}

/** Looks at the steps in order. Outputs, addresses, hosts and resources go into the state, statuses do not. */
export async function observeStack(session: Session, steps: readonly Step[]): Promise<Observed> {
  const { state } = session.store;
  const outputs = new Map<StepName, object>();
  const failures = new Map<StepName, Lecture05Error>();
  delete state.url;
  state.hosts = [];
  for (const step of steps) {
    throwIfInterrupted(session.signal);
    session.workLog.currentStep = step.name;
    try {
      const output = await observeStep(session, step);
      if (!output) continue;
      outputs.set(step.name, output);
      // Later steps look it up there.
      session.recordOf(step.name).output = output as Record<string, unknown>;
      const facts = step.facts?.(output);
      if (facts?.url) state.url = facts.url;
      if (facts?.hosts) state.hosts = [...facts.hosts];
      if (facts?.expiresAt) state.expiresAt = facts.expiresAt;
      if (facts?.loadBalancer) state.loadBalancer = facts.loadBalancer;
      if (facts?.certificateArn) state.certificateArn = facts.certificateArn;
      if (facts?.maintenance) state.maintenance = true;
    } catch (error) {
      const failure = session.translate(error);
      if (!failure || session.signal.aborted) throw failure ?? error;
      // A host that does not answer hides what is on it, not the rest.
      failures.set(step.name, failure);
    } finally {
      session.workLog.currentStep = undefined;
    }
  }
  return { outputs, failures };
}

async function observeStep(session: Session, step: Step): Promise<object | undefined> {
  const { state } = session.store;
  const ctx = session.contextFor(step);
  const seen = new Set<string>();
  const found: typeof ctx.record.found = async (type, name, id) => {
    seen.add(`${type} ${id}`);
    await ctx.record.found(type, name, id);
  };
  const output = await step.adopt({ ...ctx, record: { ...ctx.record, found } });
  // An intent without an id may belong to something that is only about to be seen.
  const isThere = ({ type, id }: ResourceRecord): boolean => id === undefined || seen.has(`${type} ${id}`);
  const gone = state.resources.filter((resource) => resource.step === step.name && !isThere(resource));
  forget(state, gone);
  return output;
}
