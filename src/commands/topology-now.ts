import { observeTopology } from "../diagram/observe.ts";
import { loadTopology, saveTopology, withStableTime } from "../diagram/topology-file.ts";
import type { Topology } from "../diagram/topology.ts";
import { isTakenApart } from "../records/last-stack.ts";
import type { State } from "../state/schema.ts";
import type { Reached } from "./stack-session.ts";

/** Asks AWS and the hosts how the stack looks now. */
export function topologyNow(
  { connection, stack, target, region, clock }: Reached,
  state: State | undefined,
  signal: AbortSignal,
): Promise<Topology> {
  return observeTopology({
    stack,
    target,
    region,
    account: connection.account,
    ports: connection.ports,
    now: clock.now(),
    signal,
    state,
  });
}

/** The same, and keeps it for a report after the stack is gone. */
export async function keepTopologyNow(
  directory: string,
  reached: Reached,
  state: State,
  signal: AbortSignal,
): Promise<Topology> {
  const topology = withStableTime(await topologyNow(reached, state, signal), loadTopology(directory));
  await saveTopology(directory, topology);
  return topology;
}

/** `destroy` is not to wait for a picture. */
const lastLookMs = 6_000;

/**
 * How the stack looks before `destroy` takes it apart. A convenience: whatever goes wrong with it, and however long it
 * would take, `destroy` goes on. Not needed when nothing was recorded since the last look.
 */
export async function keepLastLook(
  directory: string,
  reached: Reached,
  state: State,
  signal: AbortSignal,
  limitMs = lastLookMs,
): Promise<void> {
  if (isTakenApart(directory, state)) return;
  const known = loadTopology(directory);
  if (known?.stack === state.stack && known.observedAt.toISOString() >= state.updatedAt) return;
  const ended = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const given = new Promise<void>((resolve) => {
    if (ended.aborted) resolve();
    ended.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([keepTopologyNow(directory, reached, state, ended).then(nothing, nothing), given]);
}

const nothing = (): void => {};
