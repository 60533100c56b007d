import type { Topology } from "../../diagram/topology.ts";
import { Lecture05Error } from "../../errors.ts";
import type { Standing } from "../../report/data.ts";
import type { State } from "../../state/schema.ts";
import { untranslated, type LocalizedText } from "../../text.ts";
import type { WebHealth } from "../../web/facts.ts";
import type { Invocation } from "../command.ts";
import { openLiveLook, type LiveLook } from "./look-live.ts";

/** Often enough to see a target become healthy, seldom enough to be no burden; longer and longer after failures. */
const pauseMs = 10_000;
const longestPauseMs = 120_000;

export interface LiveAsk {
  readonly health: WebHealth | undefined;
  readonly topology: Topology | undefined;
  /** Why nothing newer is known. */
  readonly problem: LocalizedText | undefined;
  /** Whether the stack was looked at, as the report says it. */
  readonly standing: Standing;
  /** Asks in the background when it is time to. */
  tend(state: State | undefined): void;
  close(): void;
}

const noStack: LocalizedText = { en: "No stack stands.", ja: "スタックはありません。" };
const noSandbox: LocalizedText = { en: "The sandbox does not run.", ja: "サンドボックスが起動していません。" };

/** Asks AWS and the hosts now and then. What goes wrong is shown and tried again, because the page outlives it. */
export function createLiveAsk(invocation: Invocation, now: () => number = () => performance.now()): LiveAsk {
  let look: LiveLook | undefined;
  let health: WebHealth | undefined;
  let topology: Topology | undefined;
  let problem: LocalizedText | undefined;
  let standing: Standing = { kind: "seen" };
  let stack: string | undefined;
  let isAsking = false;
  let isClosed = false;
  let nextAt = Number.NEGATIVE_INFINITY;
  let waitMs = pauseMs;
  /** The steps that were done when the picture was made. */
  let pictured: string | undefined;

  const ask = async (state: State): Promise<void> => {
    look ??= await openLiveLook(invocation, state);
    if (!look) {
      problem = noSandbox;
      standing = { kind: "out-of-reach", code: "SANDBOX_UNAVAILABLE", what: noSandbox };
      return;
    }
    health = await look.health(state);
    const done = state.steps.map(({ status, finishedAt }) => (status === "done" ? finishedAt : "")).join();
    if (done !== pictured) {
      topology = await look.topology(state);
      pictured = done;
    }
    problem = undefined;
    standing = { kind: "seen" };
  };

  const fail = async (error: unknown): Promise<void> => {
    waitMs = Math.min(waitMs * 2, longestPauseMs);
    // The sandbox may be another one by now, credentials may have been renewed.
    look?.close();
    look = undefined;
    const translate = await (await invocation.services()).translator();
    const known = error instanceof Lecture05Error ? error : translate(error);
    const why = known?.detail.what ?? untranslated(String(error));
    standing = { kind: "out-of-reach", code: known?.code ?? "BUG", what: why };
    problem = { en: `${why.en}. Trying again.`, ja: `${why.ja}。再試行します。` };
  };

  return {
    get health() {
      return health;
    },
    get topology() {
      return topology;
    },
    get problem() {
      return problem;
    },
    get standing() {
      return standing;
    },
    tend(state) {
      if (!state) {
        [health, problem, stack] = [undefined, noStack, undefined];
        standing = { kind: "gone" };
        nextAt = Number.NEGATIVE_INFINITY;
        look?.close();
        look = undefined;
        return;
      }
      if (state.createdAt !== stack) {
        // Another stack than the one that was looked at: nothing of that one is true of it.
        [stack, topology, pictured] = [state.createdAt, undefined, undefined];
        if (standing.kind === "gone") [standing, problem] = [{ kind: "seen" }, undefined];
      }
      if (isAsking || isClosed || now() < nextAt) return;
      isAsking = true;
      waitMs = problem ? waitMs : pauseMs;
      void ask(state)
        .catch(fail)
        .finally(() => {
          isAsking = false;
          nextAt = now() + waitMs;
          if (isClosed) look?.close();
        });
    },
    close() {
      isClosed = true;
      look?.close();
    },
  };
}
