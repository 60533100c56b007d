import { expect, it } from "vitest";
import { behaviourNames } from "../src/sandbox/realism/names.ts";
import { keep, withSite } from "./support.ts";

/** A new call is a decision, so it shows here. Some room is for waits, which look once more on a slow machine. */
const atMost = { up: 250, "up, nothing to do": 26, "status --live": 6, destroy: 150 };

it("asks AWS no more often than it did", async () => {
  const commands: readonly (readonly [keyof typeof atMost, readonly string[]])[] = [
    ["up", ["up", "--yes", "--json"]],
    ["up, nothing to do", ["up", "--yes", "--json"]],
    ["status --live", ["status", "--live", "--json"]],
    ["destroy", ["destroy", "--yes", "--json"]],
  ];
  const counts = await withSite({ seed: 1, timeScale: 1, without: behaviourNames }, async (site) => {
    const { calls } = site;
    const counted: Record<string, { readonly all: number; readonly byOperation: Record<string, number> }> = {};
    for (const [name, args] of commands) {
      const before = calls.length;
      await site.run(args, 0.05);
      const own = calls.slice(before);
      const byOperation: Record<string, number> = {};
      for (const { service, operation } of own) {
        const key = `${service} ${operation}`;
        byOperation[key] = (byOperation[key] ?? 0) + 1;
      }
      counted[name] = { all: own.length, byOperation: sorted(byOperation) };
    }
    return counted;
  });
  keep("aws-calls", { note: "on hosts that take no time: waits are over at the first or second look", ...counts });
  for (const [name, { all }] of Object.entries(counts)) {
    console.log(`${name}: ${all} calls`);
    expect(all, name).toBeLessThanOrEqual(atMost[name as keyof typeof atMost]);
  }
});

const sorted = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
