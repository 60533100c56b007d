import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { describe, expect, it, vi } from "vitest";
import { processIo } from "../../src/commands/process-io.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

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
    const own = processIo({ plain: false });
    own.stdout.write("");
    own.stderr.write("");
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

describe("stdout", () => {
  const script = `
    const { plainOutput } = require(process.env.MODULE);
    const out = plainOutput(() => process.stdout);
    out.write("日本語\\n".repeat(100_000));
    const touched = process.moduleLoadList.includes("NativeModule stream");
    out.write(touched ? "through the stream" : "at once");`;

  /** The output of a process whose pipe waits, or does not: then the process must wait for its reader by itself. */
  async function outputOf(isBlocking: boolean): Promise<string> {
    const module = new URL("../../src/commands/plain-output.ts", import.meta.url);
    const bundle = await rolldown({ input: fileURLToPath(module), platform: "node" });
    const file = join(temporaryDirectory(), "plain-output.cjs");
    const { output } = await bundle.generate({ format: "cjs" });
    writeFileSync(file, output[0].code);
    // Node makes the pipes between its own processes non-blocking sockets; a shell's pipe blocks.
    const node = `"${process.execPath}" -e "$SCRIPT"`;
    const child = spawn("sh", ["-c", isBlocking ? `${node} | cat` : `exec ${node}`], {
      env: { ...process.env, NODE_OPTIONS: "", SCRIPT: script, MODULE: file },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  it("is written at once where it is a pipe, without Node's stream", async () => {
    const output = await outputOf(true);
    expect(output.endsWith("日本語\nat once")).toBe(true);
    expect(output).toHaveLength(100_000 * 4 + "at once".length);
  });

  it("arrives whole and in order where the pipe does not wait", async () => {
    const output = await outputOf(false);
    expect(output).toMatch(/^(日本語\n){100000}(at once|through the stream)$/);
  });
});
