import type { HostRequests } from "./facts.ts";

interface Sample {
  readonly atMs: number;
  readonly visitors: number;
}

/** What a rate is taken over: shorter ones jump, longer ones are late. */
const windowMs = 60_000;

/** Turns counts that only grow into what comes per minute, host by host. */
export function createRequestRates() {
  const samples = new Map<string, Sample[]>();
  return (
    instanceId: string,
    count: { readonly all: number; readonly healthChecks: number },
    at: Date,
  ): HostRequests => {
    const atMs = at.getTime();
    const visitors = Math.max(0, count.all - count.healthChecks);
    const before = (samples.get(instanceId) ?? []).filter((sample) => atMs - sample.atMs <= windowMs);
    // The log was rotated: what was counted before is no measure any more.
    const comparable = before.some((sample) => sample.visitors > visitors) ? [] : before;
    samples.set(instanceId, [...comparable, { atMs, visitors }]);
    const [first] = comparable;
    return {
      instanceId,
      visitors,
      healthChecks: count.healthChecks,
      perMinute:
        first && atMs > first.atMs
          ? Math.round(((visitors - first.visitors) / (atMs - first.atMs)) * 60_000)
          : undefined,
    };
  };
}
