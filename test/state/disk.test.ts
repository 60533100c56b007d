import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WorkLog } from "../../src/records/work-log.ts";
import { acquireLock } from "../../src/state/lock.ts";
import { StateStore } from "../../src/state/store.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { tinyDisk } from "../support/tiny-disk.ts";
import { codeOf, identity, now, savedState } from "./support.ts";

describe("on a full disk", () => {
  // A write that runs out of room first takes what fits: with a page free, half of the new state would be written.
  it.each([0, 4096])("with %i bytes free the state stays as it was, and the error is clear", async (free) => {
    const disk = tinyDisk();
    const file = await savedState(disk.directory);
    const good = readFileSync(file, "utf8");
    const store = StateStore.open(disk.directory, identity, now);
    store.state.url = `http://${"long.".repeat(4000)}test`;
    disk.fill(free);
    await expect(store.save(now)).rejects.toMatchObject({
      code: "STATE_UNWRITABLE",
      detail: { why: { en: expect.stringContaining("ENOSPC") as string } },
    });
    expect(readFileSync(file, "utf8")).toBe(good);
    expect(readFileSync(join(disk.directory, "state.backup.json"), "utf8")).toBe(good);
    expect(readdirSync(disk.directory).toSorted()).toEqual(["ballast", "state.backup.json", "state.json"]);

    disk.free();
    await store.save(now);
    expect(StateStore.open(disk.directory, identity, now).state.url).toBe(store.state.url);
  });

  it("the state is saved as long as it fits, even where its copy does not", async () => {
    const disk = tinyDisk();
    await savedState(disk.directory);
    const store = StateStore.open(disk.directory, identity, now);
    store.state.url = `http://${"long.".repeat(4000)}test`;
    // Room for one of the two.
    disk.fill(28 * 1024);
    await store.save(now);
    expect(StateStore.open(disk.directory, identity, now).state.url).toBe(store.state.url);
    expect(readFileSync(join(disk.directory, "state.backup.json"), "utf8")).toContain("http://good.test");
  });

  it("the lock is refused in words, and leaves nothing behind", () => {
    const disk = tinyDisk();
    disk.fill();
    expect(codeOf(() => acquireLock(disk.directory, "lecture05 up", now))).toBe("STATE_UNWRITABLE");
    expect(readdirSync(disk.directory)).toEqual(["ballast"]);
  });

  it("a lock that is held stays held, and is freed", () => {
    const disk = tinyDisk();
    const lock = acquireLock(disk.directory, "lecture05 up", now);
    disk.fill();
    lock.working("ec2");
    expect(codeOf(() => acquireLock(disk.directory, "lecture05 destroy", now))).toBe("STATE_UNWRITABLE");
    lock.release();
    expect(readdirSync(disk.directory)).toEqual(["ballast"]);
  });

  it("the work log says so in words", () => {
    const disk = tinyDisk();
    const log = new WorkLog(disk.directory, () => now);
    disk.fill();
    expect(codeOf(() => log.append({ kind: "run", command: "up", event: "started" }))).toBe("STATE_UNWRITABLE");
  });
});

describe("on a read-only file system", () => {
  it("the state can be read, the lock is refused in words", async () => {
    const disk = tinyDisk();
    await savedState(disk.directory);
    disk.setReadOnly(true);
    const store = StateStore.open(disk.directory, identity, now);
    expect(store.state.url).toBe("http://good.test");
    expect(codeOf(() => acquireLock(disk.directory, "lecture05 up", now))).toBe("STATE_UNWRITABLE");
    await expect(store.save(now)).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
  });

  it("a state that does not exist cannot be started, and the error is clear", async () => {
    const disk = tinyDisk();
    disk.setReadOnly(true);
    const directory = join(disk.directory, "new");
    expect(codeOf(() => acquireLock(directory, "lecture05 up", now))).toBe("STATE_UNWRITABLE");
    await expect(StateStore.open(directory, identity, now).save(now)).rejects.toMatchObject({
      code: "STATE_UNWRITABLE",
    });
  });
});

it("says so when something else stands in the file's place", async () => {
  const directory = temporaryDirectory();
  const store = StateStore.open(directory, identity, now);
  // A directory in the file's place fails for root too, unlike a missing permission.
  mkdirSync(join(directory, "state.json"));
  await expect(store.save(now)).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
});
