import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withBuildLock } from "../../../src/sandbox/docker/build-lock.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

describe("withBuildLock", () => {
  const onWait = (): void => {};

  it("lets one work at a time and tells the other for whom it waits", async () => {
    const file = join(temporaryDirectory(), "lock");
    const events: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      events.push(`${name} begins`);
      expect(await readFile(file, "utf8")).toBe(String(process.pid));
      await new Promise((resolve) => setTimeout(resolve, 50));
      events.push(`${name} ends`);
    };
    const waits: number[] = [];
    await Promise.all([
      withBuildLock({ file, onWait: (pid) => waits.push(pid) }, work("a")),
      withBuildLock({ file, onWait: (pid) => waits.push(pid) }, work("b")),
    ]);
    expect(events[1]).toBe(events[0]?.replace("begins", "ends"));
    expect(events).toHaveLength(4);
    expect(waits).toEqual([process.pid]);
    expect(existsSync(file)).toBe(false);
  });

  it("takes over from a process that died, leaving nothing beside", async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "lock");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(file, String(pid));
    const results = await Promise.all([1, 2, 3].map((id) => withBuildLock({ file, onWait }, async () => id)));
    expect(results).toEqual([1, 2, 3]);
    expect(await readdir(directory)).toEqual([]);
  });

  it("gives the lock back when the work fails", async () => {
    const file = join(temporaryDirectory(), "lock");
    await expect(withBuildLock({ file, onWait }, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(existsSync(file)).toBe(false);
  });

  it("stops waiting when it is interrupted", async () => {
    const file = join(temporaryDirectory(), "lock");
    await writeFile(file, String(process.pid));
    const signal = AbortSignal.abort(new Error("interrupted"));
    await expect(withBuildLock({ file, onWait, signal }, async () => {})).rejects.toThrow("interrupted");
    expect(existsSync(file)).toBe(true);
  });
});
