import { expect, it } from "vitest";
import type { Invocation } from "../../src/commands/command.ts";
import { createLiveAsk } from "../../src/commands/status/ask-live.ts";
import { Lecture05Error } from "../../src/errors.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState } from "./support/state.ts";

function asking() {
  const services = fakeServices();
  services.sandboxStatus = { ...services.sandboxStatus, daemon: { pid: 1, port: 1 } };
  const invocation = {
    io: { env: {} },
    preferences: { directory: temporaryDirectory() },
    services: async () => services,
    signal: () => new AbortController().signal,
  } as unknown as Invocation;
  let time = 0;
  const live = createLiveAsk(invocation, () => time);
  const state = sampleState();
  /** Ticks as the page does, half a second each, and counts how often somebody was asked. */
  const ticks = async (seconds: number): Promise<number> => {
    const before = services.connections.length;
    for (let passed = 0; passed < seconds; passed += 0.5) {
      live.tend(state);
      await new Promise((resolve) => setTimeout(resolve, 1));
      time += 500;
    }
    return services.connections.length - before;
  };
  return { services, live, state, ticks };
}

it("asks more and more seldom while nobody answers, and says why", async () => {
  const { services, live, ticks } = asking();
  services.connectError = new Lecture05Error("AWS_UNREACHABLE", {
    what: { en: "AWS cannot be reached", ja: "AWS に接続できません" },
  });
  expect(await ticks(15)).toBe(1);
  expect(live.problem).toEqual({
    en: "AWS cannot be reached. Trying again.",
    ja: "AWS に接続できません。再試行します。",
  });
  expect(live.standing).toMatchObject({ kind: "out-of-reach", code: "AWS_UNREACHABLE" });
  // After 20, 40, 80, 120 and 120 s.
  expect(await ticks(400)).toBe(5);
});

it("starts no sandbox, and takes up again when it runs", async () => {
  const { services, live, ticks } = asking();
  services.sandboxStatus = { ...services.sandboxStatus, daemon: undefined };
  expect(await ticks(15)).toBe(0);
  expect(live.problem?.en).toBe("The sandbox does not run.");
  expect(services.sandboxCalls).toEqual([]);
  services.sandboxStatus = { ...services.sandboxStatus, daemon: { pid: 1, port: 1 } };
  expect(await ticks(15)).toBeGreaterThan(0);
});

it("asks nobody about a stack that is gone, and holds nothing of it against the next one", async () => {
  const { live, state, services } = asking();
  live.tend(undefined);
  expect(live.problem?.en).toBe("No stack stands.");
  expect(live.standing).toEqual({ kind: "gone" });
  expect(services.connections).toEqual([]);
  live.tend({ ...state, createdAt: "2026-02-01T00:00:00.000Z" });
  expect(live.standing).toEqual({ kind: "seen" });
  expect(live.problem).toBeUndefined();
});
