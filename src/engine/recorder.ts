import { createHash } from "node:crypto";
import type { StateStore } from "../state/store.ts";
import type { ResourceRecord } from "../state/schema.ts";
import type { Recorder, ResourceType } from "../steps/step.ts";
import type { StepName } from "../steps/names.ts";
import type { EventSink } from "./events.ts";
import { throwIfInterrupted } from "./interrupt.ts";

interface RecorderOptions {
  readonly step: StepName;
  readonly store: StateStore;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** How a pause is made. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** So long after a creating call a list may still be without what it made, and so it is looked for again, with pauses. */
const listLagMs = 30_000;
const pausesMs = [1000, 2000, 2000, 2000];

/** Records into the state: the intent before a creating call, the id right after it. */
export function createRecorder({ step, store, sink, signal, now, sleep }: RecorderOptions): Recorder {
  const { state } = store;
  const find = (type: ResourceType, name: string): ResourceRecord | undefined =>
    state.resources.find((resource) => resource.type === type && resource.name === name);

  const recorder: Recorder = {
    async create(resource, call, idOf) {
      throwIfInterrupted(signal);
      const { type, name } = resource;
      const clientToken = tokenFor(state, type, name, resource.parameters);
      const known = find(type, name);
      if (known && resource.find && now().getTime() - Date.parse(known.createdAt) < listLagMs) {
        const late = await lookAgain(resource.find, sleep);
        if (late !== undefined) {
          await recorder.found(type, name, idOf(late));
          return late;
        }
      }
      const intent: ResourceRecord = { type, name, step, clientToken, createdAt: now().toISOString() };
      // An id that is still recorded belongs to something that observing did not find any more.
      if (known) state.resources.splice(state.resources.indexOf(known), 1, intent);
      else state.resources.push(intent);
      await store.save(now());
      const made = await call(clientToken);
      intent.id = idOf(made);
      await store.save(now());
      sink({ type: "resource.created", step, resourceType: type, name, id: intent.id });
      return made;
    },

    async found(type, name, id) {
      const known = find(type, name);
      if (known?.id === id) return;
      if (known) known.id = id;
      else state.resources.push({ type, name, step, id, clientToken: "", createdAt: now().toISOString() });
      await store.save(now());
      sink({ type: "resource.found", step, resourceType: type, name, id });
    },

    async gone(type, id) {
      const removed = state.resources.filter((resource) => resource.type === type && resource.id === id);
      forget(state, removed);
      if (removed.length > 0) await store.save(now());
      sink({ type: "resource.deleted", step, resourceType: type, id });
    },
  };
  return recorder;
}

async function lookAgain<T>(
  look: () => Promise<T | undefined>,
  sleep: (ms: number) => Promise<void>,
): Promise<T | undefined> {
  for (const pauseMs of pausesMs) {
    await sleep(pauseMs);
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Takes resources that are gone out of the state. */
export function forget(state: StateStore["state"], gone: readonly ResourceRecord[]): void {
  state.resources = state.resources.filter((resource) => !gone.includes(resource));
  for (const { type, name } of gone) {
    // The next one of this name must not reuse the token: AWS would answer with the one that is gone.
    const key = attemptKey(type, name);
    state.attempts[key] = (state.attempts[key] ?? 0) + 1;
  }
}

const attemptKey = (type: string, name: string): string => `${type} ${name}`;

/** After a destroy: nothing is there any more but what was kept. */
export function forgetResources(state: StateStore["state"], keptIds: readonly string[]): void {
  const isKept = ({ id }: ResourceRecord): boolean => id !== undefined && keptIds.includes(id);
  forget(
    state,
    state.resources.filter((resource) => !isKept(resource)),
  );
}

/**
 * Deterministic, so that a repeated call is recognised by AWS as the same one (random tokens make duplicates). The
 * state's birth is in it, because AWS remembers tokens longer than a stack may live. At most 64 characters (EC2).
 */
function tokenFor(
  state: StateStore["state"],
  type: ResourceType,
  name: string,
  parameters: object | undefined,
): string {
  const parts = [
    state.stack,
    state.account,
    state.createdAt,
    type,
    name,
    state.attempts[attemptKey(type, name)] ?? 0,
    parameters ?? {},
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
}
