import { expect, test } from "vitest";
import { watchOutput } from "../../src/aws/shell/watch-output.ts";

/** Watches a script that is over after so many looks; answers each look with the next of these. */
async function watch(answers: readonly (string | Error)[], overAfter = answers.length) {
  const [sleeps, commands, told]: [number[], string[], (readonly string[])[]] = [[], [], []];
  const clock = { now: () => new Date(0), sleep: async (ms: number) => void sleeps.push(ms) };
  const read = async (command: string): Promise<string> => {
    const answer = answers[commands.push(command) - 1] ?? "";
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const isOver = () => sleeps.length > overAfter;
  await watchOutput({ clock, pollMs: 200 }, "install-ruby", read, isOver, (lines) => told.push(lines));
  return { sleeps, told, from: commands.map((command) => /tail -n \+(\d+)/.exec(command)?.[1]) };
}

test("tells whole lines, each once", async () => {
  const { told, from } = await watch(["one\ntwo\nhal", "", "half a line\nlast\n"]);
  expect(told).toEqual([
    ["one", "two"],
    ["half a line", "last"],
  ]);
  expect(from).toEqual(["1", "3", "3"]);
});

test("does not look at a script that is over before three seconds have passed", async () => {
  expect(await watch([], 0)).toEqual({ sleeps: [3000], told: [], from: [] });
});

test("takes more and more time between its looks, up to eight seconds", async () => {
  const { sleeps } = await watch(Array.from({ length: 9 }, () => ""));
  expect(sleeps.map((ms) => Math.round(ms / 100) / 10)).toEqual([3, 3.6, 4.3, 5.2, 6.2, 7.5, 8, 8, 8, 8]);
});

test("gives up quietly when a look fails: the script itself tells what is wrong", async () => {
  const { told, from } = await watch(["one\n", new Error("throttled"), "two\n"]);
  expect(told).toEqual([["one"]]);
  expect(from).toHaveLength(2);
});
