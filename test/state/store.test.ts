import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readState } from "../../src/state/read.ts";
import { StateStore } from "../../src/state/store.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { codeOf, identity, now, savedState } from "./support.ts";

describe("state store", () => {
  it("starts with every step pending and reads back what it saved", async () => {
    const directory = join(temporaryDirectory(), "not there yet");
    const store = StateStore.open(directory, identity, now);
    expect(store.state.steps.map((step) => step.status)).toEqual(Array(7).fill("pending"));
    store.state.url = "http://example.test";
    await store.save(now);
    const again = StateStore.open(directory, identity, now);
    expect(again.state).toEqual(store.state);
    expect(again.isDoubtful).toBe(false);
    expect(readState(directory)?.url).toBe("http://example.test");
    expect(statSync(join(directory, "state.json")).mode & 0o777).toBe(0o600);
  });

  it("writes nothing when it is only opened", () => {
    const directory = join(temporaryDirectory(), "not there yet");
    StateStore.open(directory, identity, now);
    expect(() => statSync(directory)).toThrow(/ENOENT/);
  });

  it("takes saves one after another, and ends with all that was known", async () => {
    const directory = temporaryDirectory();
    const store = StateStore.open(directory, identity, now);
    const saves = Array.from({ length: 30 }, (_, index) => {
      store.state.attempts[`thing ${index}`] = index + 1;
      return store.save(now);
    });
    await Promise.all(saves);
    expect(Object.keys(readState(directory)?.attempts ?? {})).toHaveLength(30);
  });

  it("keeps the last good copy up to date with every save", async () => {
    const directory = temporaryDirectory();
    const store = StateStore.open(directory, identity, now);
    for (const url of ["http://one.test", "http://two.test"]) {
      store.state.url = url;
      await store.save(now);
      const [file, copy] = ["state.json", "state.backup.json"].map((name) =>
        readFileSync(join(directory, name), "utf8"),
      );
      expect(copy).toBe(file);
      expect(copy).toContain(url);
    }
  });

  it("never writes what it could not read again", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const good = readFileSync(file, "utf8");
    const store = StateStore.open(directory, identity, now);
    // A bug of ours: JSON turns it into null.
    store.state.steps = [{ name: "ec2", status: "done", checks: [], durationMs: Number.NaN }];
    await expect(store.save(now)).rejects.toThrow(/durationMs/);
    expect(readFileSync(file, "utf8")).toBe(good);
    expect(readFileSync(join(directory, "state.backup.json"), "utf8")).toBe(good);
  });

  it.each([
    ["target", { ...identity, target: "aws" as const }],
    ["region", { ...identity, region: "us-east-1" }],
    ["stack", { ...identity, stack: "other" }],
    ["account", { ...identity, account: "111111111111" }],
    ["sandbox", { ...identity, sandbox: { id: "0002", home: "/elsewhere" } }],
  ])("refuses another %s than the recorded one and leaves the file alone", async (name, other) => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const good = readFileSync(file, "utf8");
    expect(codeOf(() => StateStore.open(directory, other, now))).toBe("STATE_TARGET_MISMATCH");
    expect(() => StateStore.open(directory, other, now)).toThrow(new RegExp(`another ${name}`));
    expect(readFileSync(file, "utf8")).toBe(good);
  });

  it("knows a sandbox again whose directory was moved", async () => {
    const directory = temporaryDirectory();
    await savedState(directory);
    const moved = { ...identity, sandbox: { id: identity.sandbox.id, home: "/moved" } };
    expect(StateStore.open(directory, moved, now).state.sandbox?.home).toBe("/moved");
  });

  it("starts anew where the sandbox is no more, and keeps the old state", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const old = readFileSync(file, "utf8");
    const anew = { ...identity, sandbox: { id: "0002", home: "/home" }, lostSandbox: identity.sandbox.id };
    const store = StateStore.open(directory, anew, now);
    expect(store.state.url).toBeUndefined();
    const [note] = await store.settle(now);
    await store.save(now);
    expect(note?.en).toContain("state.lost-sandbox-20261124T030000Z.json");
    expect(readFileSync(join(directory, "state.lost-sandbox-20261124T030000Z.json"), "utf8")).toBe(old);
    expect(readState(directory)?.sandbox?.id).toBe("0002");
  });

  it("is retired after a destroy, its copy too", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const last = readFileSync(file, "utf8");
    StateStore.open(directory, identity, now).retire();
    expect(readFileSync(join(directory, "destroyed.json"), "utf8")).toBe(last);
    expect(readState(directory)).toBeUndefined();
    // Version 0.1.0 left its copy behind.
    writeFileSync(join(directory, "state.backup.json"), last);
    expect(readState(directory)).toBeUndefined();
  });
});
