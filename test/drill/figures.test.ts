import { describe, expect, it } from "vitest";
import { bucketsOf } from "../../src/drill/buckets.ts";
import { figuresOf, type Observed } from "../../src/drill/figures.ts";
import type { Sample } from "../../src/drill/samples.ts";
import { unitTimesOf } from "../../src/remote/kill-unit.ts";

/** Ten requests a second, each answered 20 ms later, but for those that `outcome` says something else of. */
function samplesOf(seconds: number, outcome: (dueMs: number) => string, host = "a"): Sample[] {
  return Array.from({ length: seconds * 10 }, (_none, index) => {
    const dueMs = index * 100;
    const word = outcome(dueMs);
    return { dueMs, endMs: dueMs + 20, outcome: word, ...(word === "ok" ? { host } : {}) };
  });
}

const wellSince = (failed: [number, number], kind = "502") =>
  samplesOf(10, (dueMs) => (dueMs >= failed[0] && dueMs < failed[1] ? kind : "ok"));

const base: Omit<Observed, "samples"> = {
  health: [{ atMs: 0, instanceId: "i-1", state: "healthy" }],
  failedAtMs: 2000,
  replacedMs: 1500.4,
  pageBackAtMs: null,
  endedHealthy: true,
};

describe("the figures of a drill", () => {
  it("counts what failed, by kind, and the longest time without a page", () => {
    const samples = [...wellSince([2000, 5000])];
    samples[25] = { dueMs: 2500, endMs: 7500, outcome: "timeout" };
    expect(figuresOf({ ...base, samples })).toEqual({
      requests: 100,
      failed: 30,
      failures: { "502": 29, timeout: 1 },
      // The last page before came at 1920, the first one after it at 5020.
      longestGapMs: 3100,
      outOfRotationMs: null,
      replacedMs: 1500,
      // The request that waited longest ended at 7500.
      healthyAgainMs: 5500,
    });
  });

  it("takes the load balancer's word for being out of rotation and for being back", () => {
    const health = [
      ...base.health,
      { atMs: 9000, instanceId: "i-1", state: "unhealthy" },
      { atMs: 14_000, instanceId: "i-1", state: "healthy" },
    ];
    const figures = figuresOf({ ...base, health, samples: wellSince([2000, 3000]) });
    expect(figures).toMatchObject({ outOfRotationMs: 7000, healthyAgainMs: 12_000 });
  });

  it("says null for what did not happen", () => {
    const figures = figuresOf({ ...base, samples: wellSince([2000, 10_000]), endedHealthy: false, replacedMs: null });
    expect(figures).toMatchObject({ healthyAgainMs: null, replacedMs: null, failed: 80, longestGapMs: 8000 });
  });

  it("is well when the page came, where the load ended before that, and not at all when it never came", () => {
    const samples = wellSince([2000, 10_000]);
    const figures = (pageBackAtMs: number | null) => figuresOf({ ...base, samples, pageBackAtMs });
    expect(figures(14_500.2).healthyAgainMs).toBe(12_500);
    expect(figures(null).healthyAgainMs).toBeNull();
  });

  it("has no failures when nobody noticed anything, and is well when the replacement stands", () => {
    const figures = figuresOf({ ...base, samples: samplesOf(10, () => "ok") });
    expect(figures).toMatchObject({ failed: 0, failures: {}, longestGapMs: 100, healthyAgainMs: 1500 });
  });
});

describe("the columns of the picture", () => {
  it("sorts by the second of sending, whenever the answer came", () => {
    const samples = wellSince([2000, 3000]).map((it) =>
      it.dueMs >= 5000 && it.outcome === "ok" ? { ...it, host: "b" } : it,
    );
    const { columnMs, hosts, buckets } = bucketsOf(samples.toReversed(), 10, 120);
    expect([columnMs, hosts]).toEqual([1000, ["a", "b"]]);
    expect(buckets.map(({ byHost, failed }) => [byHost.get("a") ?? 0, byHost.get("b") ?? 0, failed])).toEqual([
      [10, 0, 0],
      [10, 0, 0],
      [0, 0, 10],
      [10, 0, 0],
      [10, 0, 0],
      ...Array.from({ length: 5 }, () => [0, 10, 0]),
    ]);
  });

  it("joins seconds where there are more than columns", () => {
    const { columnMs, buckets } = bucketsOf(
      samplesOf(10, () => "ok"),
      10,
      4,
    );
    expect([columnMs, buckets.length]).toEqual([3000, 4]);
    expect(buckets.map(({ byHost }) => byHost.get("a"))).toEqual([30, 30, 30, 10]);
  });
});

describe("what systemd says of a unit", () => {
  const show = (state: string, left: number, back: number) =>
    `ActiveState=${state}\nActiveEnterTimestampMonotonic=${back}\nActiveExitTimestampMonotonic=${left}\n`;

  it("was away from its end until it was ready again", () => {
    expect(unitTimesOf(show("active", 5_000_000, 8_250_000))).toEqual({ isActive: true, awayMs: 3250 });
  });

  it("has not come back, or never was away", () => {
    expect(unitTimesOf(show("activating", 5_000_000, 1_000_000))).toEqual({ isActive: false, awayMs: null });
    expect(unitTimesOf(show("active", 0, 1_000_000))).toEqual({ isActive: true, awayMs: null });
    expect(unitTimesOf("")).toEqual({ isActive: false, awayMs: null });
  });
});
