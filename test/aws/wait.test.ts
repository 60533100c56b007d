import { expect, it } from "vitest";
import { waitUntil } from "../../src/aws/wait.ts";
import type { LocalizedText } from "../../src/text.ts";

const subject = { en: "for i-1 to run", ja: "i-1 が実行中になること" };

/** A wait that sees these, one a second, and then is over. */
async function told(...seen: readonly string[]): Promise<LocalizedText[]> {
  let seconds = 0;
  const said: LocalizedText[] = [];
  const clock = {
    now: () => new Date(seconds * 1000),
    sleep: async (ms: number) => void (seconds += ms / 1000),
  };
  await waitUntil({ clock, pollMs: 1000, onWait: (message) => said.push(message) }, subject, 600_000, async () => {
    const now = seen[seconds];
    return now === undefined ? { done: true } : { seen: now };
  });
  return said;
}

const times = (count: number, seen: string): string[] => Array.from({ length: count }, () => seen);

it("a wait that is over in moments is not told of", async () => {
  expect(await told(...times(5, "pending"))).toEqual([]);
});

it("a longer one is told with what was seen last and for how long, again when that changes, else now and then", async () => {
  expect((await told(...times(22, "pending"), ...times(3, "stopping"))).map(({ en }) => en)).toEqual([
    "waiting for i-1 to run: pending (5 s)",
    "waiting for i-1 to run: pending (20 s)",
    "waiting for i-1 to run: stopping (22 s)",
  ]);
  expect((await told(...times(6, "pending")))[0]?.ja).toBe("i-1 が実行中になることを待っています: 保留中 (5 秒)");
});
