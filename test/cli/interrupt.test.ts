import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { listenForInterrupt, type InterruptListener } from "../../src/commands/interrupt.ts";
import type { Interruption, Io } from "../../src/commands/io.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

describe("Ctrl-C", () => {
  it("stops the work, says how to resume, and frees the lock", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    let press = (): void => {};
    const puma = services.toys[1];
    if (puma) puma.onApply = () => press();
    const first = await run(["up"], { services, cwd, onStart: (interrupt) => (press = interrupt) });
    expect(first.exitCode).toBe(130);
    expect(first.stderr).toContain("Run the same command again");
    expect(first.stderr).toContain("Code: INTERRUPTED");
    expect(first.exitsAtOnce).toEqual([]);
    if (puma) puma.onApply = () => {};
    expect((await run(["up"], { services, cwd })).exitCode).toBe(0);
    expect(services.cloud.made).toBe(7);
  });

  it("ends at once when pressed a second time", () => {
    const { press, exitsAtOnce, listener } = listen();
    press("asked", 0);
    expect(listener.signal().aborted).toBe(true);
    expect(exitsAtOnce).toEqual([]);
    press("asked", 400);
    expect(exitsAtOnce).toEqual([130]);
  });

  it("takes the copy that npm passes on for the same press", () => {
    const { press, exitsAtOnce } = listen();
    press("asked", 0);
    press("asked", 20);
    expect(exitsAtOnce).toEqual([]);
  });

  it("ends in order when the terminal is closed, whatever else breaks with it", () => {
    const { press, exitsAtOnce, listener } = listen();
    press("gone", 0);
    press("gone", 400);
    press("gone", 800);
    expect(listener.signal().aborted).toBe(true);
    expect(exitsAtOnce).toEqual([]);
  });

  it("stays within JSON with --json", async () => {
    const services = fakeServices();
    let press = (): void => {};
    const ec2 = services.toys[0];
    if (ec2) ec2.onApply = () => press();
    const result = await run(["up", "--json"], { services, onStart: (interrupt) => (press = interrupt) });
    expect(result).toMatchObject({ exitCode: 130, stderr: "" });
    expect(result.events.at(-1)).toMatchObject({ type: "error", code: "INTERRUPTED" });
  });
});

/** A listener whose process does not end, on a clock that the test sets. */
function listen(): {
  readonly listener: InterruptListener;
  readonly exitsAtOnce: number[];
  readonly press: (interruption: Interruption, atMs: number) => void;
} {
  const exitsAtOnce: number[] = [];
  let notify: (interruption: Interruption) => void = () => {};
  let nowMs = 0;
  const io: Io = {
    env: {},
    cwd: "/",
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    onInterrupt: (listener) => {
      notify = listener;
      return () => {};
    },
    exitNow: (exitCode) => void exitsAtOnce.push(exitCode),
  };
  const listener = listenForInterrupt(
    io,
    () => ({ language: "en", json: false }),
    () => nowMs,
  );
  listener.signal();
  return {
    listener,
    exitsAtOnce,
    press(interruption, atMs) {
      nowMs = atMs;
      notify(interruption);
    },
  };
}
