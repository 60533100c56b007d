import type { DeployCommand } from "./deployment.ts";
import { releaseOn } from "./release-on.ts";
import type { State } from "./schema.ts";

/** Which versions of the application there are, as far as the state knows. */
export interface Releases {
  /** What visitors get; short of a deploy that is on its way from every host. */
  readonly live: string;
  /** What brought it last, and when; undefined: it came with `up`. */
  readonly brought: { readonly command: DeployCommand; readonly at: string } | undefined;
  /** What `rollback` goes back to. */
  readonly previous: string | undefined;
  readonly pending: { readonly command: DeployCommand; readonly release: string; readonly since: string } | undefined;
  readonly hosts: readonly { readonly instanceId: string; readonly release: string }[];
}

/** Undefined before there is an application. */
export function releasesOf(state: Pick<State, "deployment" | "hosts" | "steps"> | undefined): Releases | undefined {
  const live = state && releaseOn(state, "");
  if (!state || live === undefined) return undefined;
  const { previous, pending, records = [] } = state.deployment ?? {};
  const last = records.findLast(({ outcome, to }) => outcome === "done" && to === live);
  return {
    live,
    brought: last && { command: last.command, at: last.finishedAt },
    previous: previous?.release,
    pending: pending && { command: pending.command, release: pending.to.release, since: pending.since },
    hosts: state.hosts.map(({ instanceId }) => ({ instanceId, release: releaseOn(state, instanceId) ?? live })),
  };
}

/** True while a deploy has come to some hosts and not to others. */
export const hostsDiffer = ({ hosts }: Releases): boolean => new Set(hosts.map(({ release }) => release)).size > 1;
