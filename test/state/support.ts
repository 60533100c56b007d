import { join } from "node:path";
import { Lecture05Error, type ErrorCode } from "../../src/errors.ts";
import { StateStore } from "../../src/state/store.ts";

export const now = new Date("2026-11-24T03:00:00Z");
export const identity = {
  stack: "demo",
  target: "sandbox",
  region: "ap-northeast-1",
  account: "000000000000",
  sandbox: { id: "0001", home: "/home/someone/sandbox" },
} as const;

export function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof Lecture05Error) return error.code;
    throw error;
  }
  return undefined;
}

/** A state with an address in it, saved; returns its file. */
export async function savedState(directory: string): Promise<string> {
  const store = StateStore.open(directory, identity, now);
  store.state.url = "http://good.test";
  await store.save(now);
  return join(directory, "state.json");
}
