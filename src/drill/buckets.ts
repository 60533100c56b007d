import { isFailure, type Sample } from "./samples.ts";

/** The requests of one column of the picture, by what became of them. */
export interface Bucket {
  readonly fromMs: number;
  readonly byHost: ReadonlyMap<string, number>;
  readonly failed: number;
}

export interface Buckets {
  readonly columnMs: number;
  /** In the order in which they first answered. */
  readonly hosts: readonly string[];
  readonly buckets: readonly Bucket[];
}

/** Someone else's application has no footer that names the host. */
const anonymous = "?";

/** Sorts requests into columns of whole seconds, by when they were sent: at most `most` columns. */
export function bucketsOf(samples: readonly Sample[], seconds: number, most: number): Buckets {
  const columnMs = Math.max(1, Math.ceil(seconds / most)) * 1000;
  const count = Math.ceil((seconds * 1000) / columnMs);
  const columns = Array.from({ length: count }, () => ({ byHost: new Map<string, number>(), failed: 0 }));
  const hosts: string[] = [];
  for (const sample of samples.toSorted((a, b) => a.dueMs - b.dueMs)) {
    const column = columns[Math.floor(sample.dueMs / columnMs)];
    if (!column) continue;
    if (isFailure(sample)) {
      column.failed += 1;
      continue;
    }
    const host = sample.host ?? anonymous;
    if (!hosts.includes(host)) hosts.push(host);
    column.byHost.set(host, (column.byHost.get(host) ?? 0) + 1);
  }
  return { columnMs, hosts, buckets: columns.map((column, index) => ({ fromMs: index * columnMs, ...column })) };
}
