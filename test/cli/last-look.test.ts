import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { keepLastLook } from "../../src/commands/topology-now.ts";
import type { Reached } from "../../src/commands/stack-session.ts";
import { saveTopology, topologyFileName } from "../../src/diagram/topology-file.ts";
import { lastStackFileName } from "../../src/records/last-stack.ts";
import { fullTopology } from "../diagram/topology.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { sampleState } from "./support/state.ts";

let directory: string;
let asked: number;

/** A stack at whose AWS every question ends like this. */
function reached(answer: () => Promise<never>): Reached {
  const port = new Proxy({}, { get: () => () => ((asked += 1), answer()) });
  const ports = new Proxy({}, { get: () => port });
  return {
    stack: "lecture05",
    target: "sandbox",
    region: "ap-northeast-1",
    connection: { account: "000000000000", ports },
    clock: { now: () => new Date() },
  } as unknown as Reached;
}
const never = (): Promise<never> => new Promise(() => {});
const fails = async (): Promise<never> => {
  throw new Error("AWS is not there");
};
const open = new AbortController().signal;

beforeEach(() => {
  directory = temporaryDirectory();
  asked = 0;
});

describe("the last look before destroy", () => {
  it("keeps nobody waiting when AWS does not answer, and hinders nobody when it fails", async () => {
    await keepLastLook(directory, reached(never), sampleState(), open, 20);
    await keepLastLook(directory, reached(fails), sampleState(), open);
    expect(asked).toBeGreaterThan(1);
    expect(existsSync(join(directory, topologyFileName))).toBe(false);
  });

  it("gives way to Ctrl-C", async () => {
    await keepLastLook(directory, reached(never), sampleState(), AbortSignal.abort());
    const pressed = new AbortController();
    setTimeout(() => pressed.abort(), 10);
    await keepLastLook(directory, reached(never), sampleState(), pressed.signal);
    expect(asked).toBeGreaterThan(1);
  });

  it("is left out when nothing stands, when nothing changed since the last one, and once destroy has begun", async () => {
    const state = sampleState();
    await keepLastLook(directory, reached(fails), sampleState({ steps: [] }), open);
    await saveTopology(directory, fullTopology({ observedAt: new Date("2026-01-02T03:04:06Z") }));
    await keepLastLook(directory, reached(fails), state, open);
    writeFileSync(join(directory, lastStackFileName), JSON.stringify(state));
    await keepLastLook(directory, reached(fails), sampleState({ steps: state.steps.slice(0, 2) }), open);
    expect(asked).toBe(0);
    await keepLastLook(directory, reached(fails), sampleState({ updatedAt: "2026-01-02T03:04:07.000Z" }), open);
    expect(asked).toBeGreaterThan(0);
  });
});
