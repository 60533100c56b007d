import { expect, it } from "vitest";
import { withSite } from "../../bench/support.ts";
import type { Call } from "../../src/sandbox/wire/manners.ts";
import { behaviourNames } from "../../src/sandbox/realism/names.ts";

// What makes a run slow everywhere, counted: a clock would tell another story on each machine. Some room is for waits,
// which look once more on a slow machine; whoever needs more than this decides it here.

interface Work {
  readonly calls: number;
  readonly commands: number;
  /** What is sent to hosts inside of commands, the application among it. */
  readonly kilobytes: number;
}

function workIn(calls: readonly Call[]): Work {
  const sent = calls.filter(({ operation }) => operation === "SendCommand");
  const bytes = sent.reduce((sum, { input }) => sum + Buffer.byteLength(JSON.stringify(input)), 0);
  return { calls: calls.length, commands: sent.length, kilobytes: Math.round(bytes / 1024) };
}

it("asks AWS and the hosts no more than it did", async () => {
  const [first, second] = await withSite({ seed: 1, timeScale: 1, without: behaviourNames }, async (site) => {
    await site.run(["up", "--yes", "--json"], 0.05);
    const before = site.calls.length;
    await site.run(["up", "--yes", "--json"], 0.05);
    return [workIn(site.calls.slice(0, before)), workIn(site.calls.slice(before))] as const;
  });
  const figures = JSON.stringify({ first, second });
  expect(first.calls, figures).toBeGreaterThan(100);
  expect(first.calls, figures).toBeLessThanOrEqual(235);
  expect(first.commands, figures).toBeGreaterThan(20);
  expect(first.commands, figures).toBeLessThanOrEqual(32);
  expect(first.kilobytes, figures).toBeLessThanOrEqual(160);
  expect(second.calls, figures).toBeLessThanOrEqual(26);
  expect(second.commands, figures).toBe(0);
});

it("asks AWS hardly more for eight hosts than for two", async () => {
  const calls = async (hosts: string): Promise<number> =>
    withSite({ seed: 1, timeScale: 1, without: behaviourNames }, async (site) => {
      site.cloud.hurry(10);
      await site.run(["up", "--hosts", hosts, "--yes", "--json"], 0.1);
      return site.calls.length;
    });
  const [two, eight] = [await calls("2"), await calls("8")];
  const figures = JSON.stringify({ two, eight });
  expect(two, figures).toBeGreaterThan(200);
  expect(eight - two, figures).toBeLessThanOrEqual(2 * 6);
}, 120_000);
