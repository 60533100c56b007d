import { expect, onTestFinished, test } from "vitest";
import { createClock } from "../../src/engine/interrupt.ts";
import { openToySession } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** What keeps a process from its end; timers that do not are not among them. */
const timers = (): number => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;

test("a sleep keeps the process, until the work is over", () => {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const clock = createClock(controller.signal);
  const before = timers();
  clock.sleep(60_000).catch(() => {});
  expect(timers()).toBe(before + 1);
  clock.release();
  expect(timers()).toBe(before);
  clock.sleep(60_000).catch(() => {});
  expect(timers()).toBe(before + 1);
});

test("a session that is closed lets the process go, whoever still looked on", () => {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const before = timers();
  const session = openToySession(temporaryDirectory(), [], controller);
  session.clock.sleep(60_000).catch(() => {});
  expect(timers()).toBe(before + 1);
  session.close();
  expect(timers()).toBe(before);
});
