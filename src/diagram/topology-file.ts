import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "../durable-files.ts";
import type { StepName } from "../steps/names.ts";
import type { Topology } from "./topology.ts";

/** How the stack looked when it was last looked at, for a report after it is gone. */
export const topologyFileName = "topology.json";

type Stored = Omit<Topology, "observedAt" | "proved"> & {
  readonly observedAt: string;
  readonly proved: readonly (readonly [StepName, string])[];
};

export async function saveTopology(directory: string, topology: Topology): Promise<void> {
  const stored: Stored = {
    ...topology,
    observedAt: topology.observedAt.toISOString(),
    proved: [...topology.proved].map(([step, at]) => [step, at.toISOString()] as const),
  };
  await writeDurably(
    directory,
    topologyFileName,
    `${JSON.stringify(stored, undefined, 1)}
`,
  );
}

/** Undefined when there is none, or none that can be read: it is a convenience, never the truth. */
export function loadTopology(directory: string): Topology | undefined {
  try {
    const stored = JSON.parse(readFileSync(join(directory, topologyFileName), "utf8")) as Stored;
    return {
      ...stored,
      // Files of earlier versions do not have it.
      recordedButGone: stored.recordedButGone ?? [],
      observedAt: new Date(stored.observedAt),
      proved: new Map(stored.proved.map(([step, at]) => [step, new Date(at)])),
    };
  } catch {
    return undefined;
  }
}

/** Keeps the earlier time when nothing has changed since, so that a report made twice is the same. */
export function withStableTime(fresh: Topology, earlier: Topology | undefined): Topology {
  if (!earlier) return fresh;
  const { observedAt } = earlier;
  const facts = (topology: Topology): string =>
    JSON.stringify({ ...topology, observedAt, proved: [...topology.proved] });
  return facts(fresh) === facts(earlier) ? { ...fresh, observedAt } : fresh;
}
