import { describe, expect, it, vi } from "vitest";
import { processIo } from "../../src/commands/process-io.ts";

// One for the whole file: it stays attached to this process's streams.
const io = processIo();

describe("the process", () => {
  it("is listened to only while something can be interrupted", () => {
    const before = process.listenerCount("SIGINT");
    const stopFirst = io.onInterrupt(() => {});
    const stopSecond = io.onInterrupt(() => {});
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    expect(process.listenerCount("SIGTERM")).toBeGreaterThan(0);
    stopFirst();
    stopSecond();
    stopSecond();
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("tells who works of each signal, and ends by a second one when nobody works any more", () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    const before = process.listeners("SIGINT");
    const pressed: string[] = [];
    const stopFirst = io.onInterrupt((interruption) => pressed.push(`first ${interruption}`));
    const stopSecond = io.onInterrupt((interruption) => pressed.push(`second ${interruption}`));
    try {
      process.emit("SIGINT");
      stopFirst();
      process.emit("SIGTERM");
      process.emit("SIGHUP");
      stopSecond();
      expect(pressed).toEqual(["first asked", "second asked", "second asked", "second gone"]);
      expect(exit).not.toHaveBeenCalled();
      process.emit("SIGINT");
      expect(exit).toHaveBeenCalledExactlyOnceWith(130);
    } finally {
      exit.mockRestore();
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        for (const listener of process.listeners(signal)) if (!before.includes(listener)) process.off(signal, listener);
      process.exitCode = undefined;
    }
  });

  it.each(["EPIPE", "EIO"])("stops the work when nobody reads its output any more (%s)", (code) => {
    // Streams break only once, so each has an io of its own; the file's own one listens to the same streams.
    const own = processIo();
    const stopFiles = io.onInterrupt(() => {});
    const stopped: string[] = [];
    const stop = own.onInterrupt((interruption) => stopped.push(interruption));
    const broken = Object.assign(new Error(`write ${code}`), { code });
    process.stdout.emit("error", broken);
    process.stdout.emit("error", broken);
    process.stderr.emit("error", broken);
    stop();
    stopFiles();
    expect(stopped).toEqual(["gone"]);
  });
});
