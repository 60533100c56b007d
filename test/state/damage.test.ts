import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readState, readStateOnDisk } from "../../src/state/read.ts";
import { StateStore } from "../../src/state/store.ts";
import { stateVersion } from "../../src/state/version.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { codeOf, identity, now, savedState } from "./support.ts";

type Damage = (file: string) => void;

/** Replaces text in the file, as an editor does. */
const edit =
  (from: string, to: string): Damage =>
  (file) => {
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };

const damages: readonly (readonly [string, Damage, RegExp])[] = [
  ["truncated", (file) => truncateSync(file, 100), /not valid JSON/],
  ["empty", (file) => truncateSync(file, 0), /empty/],
  ["filled with zeros", (file) => writeFileSync(file, Buffer.alloc(1200)), /1200 zero bytes/],
  ["binary", (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1, 2])), /not valid JSON/],
  ["without a version", (file) => writeFileSync(file, "{}"), /schemaVersion/],
  ["a list", (file) => writeFileSync(file, "[]"), /schemaVersion/],
  ["null", (file) => writeFileSync(file, "null"), /schemaVersion/],
  ["of another shape", edit('"hosts": []', '"hosts": {}'), /hosts/],
  ["edited to a null in a list", edit('"resources": []', '"resources": [null]'), /resources\.0/],
  ["edited to a wrong status", edit('"pending"', '"perhaps"'), /steps\.0\.status/],
  ["edited to modules without hosts", edit('"modules": []', '"modules": [{"installed": []}]'), /modules\.0\.instances/],
  [
    "edited to a module without a version",
    edit('"modules": []', '"modules": [{"instances": ["i-1"], "installed": [{"name": "nginx"}]}]'),
    /modules\.0\.installed\.0\.version/,
  ],
  ["edited to a dangerous name", edit('"stack": "demo"', '"stack": "$(reboot)"'), /stack/],
  ["edited to a wrong type in a detail", edit('"attempts": {}', '"attempts": { "a": "b" }'), /attempts\.a/],
  ["gone", (file) => rmSync(file), /gone/],
];

describe.each(damages)("a state file that is %s", (name, damage, reason) => {
  it("is restored from the last good copy, and kept", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const good = readFileSync(file, "utf8");
    damage(file);
    const damaged = name === "gone" ? undefined : readFileSync(file);

    const store = StateStore.open(directory, identity, now);
    expect(store.isDoubtful).toBe(true);
    expect(store.state.url).toBe("http://good.test");
    // Nothing happens before the lock is there.
    expect(readdirSync(directory).filter((entry) => entry.includes("damaged"))).toEqual([]);
    const notes = await store.settle(now);
    expect(notes).toHaveLength(1);
    expect(notes[0]?.en).toMatch(reason);
    expect(readFileSync(file, "utf8")).toBe(good);
    if (damaged) expect(readFileSync(join(directory, "state.damaged-20261124T030000Z.json"))).toEqual(damaged);
  });

  it("is an error when there is no copy, and stays as it is", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    rmSync(join(directory, "state.backup.json"));
    damage(file);
    if (name === "gone") return expect(readState(directory)).toBeUndefined();
    const before = readFileSync(file);
    expect(codeOf(() => StateStore.open(directory, identity, now))).toBe("STATE_CORRUPT");
    expect(() => StateStore.open(directory, identity, now)).toThrow(reason);
    expect(readFileSync(file)).toEqual(before);
    return undefined;
  });

  it("does not get its copy replaced by something bad when that is damaged, too", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    damage(file);
    writeFileSync(join(directory, "state.backup.json"), "also damaged");
    if (name === "gone") return;
    expect(codeOf(() => StateStore.open(directory, identity, now))).toBe("STATE_CORRUPT");
  });
});

describe("a state file", () => {
  it("that was edited to something sensible is used, checked against what exists, and the old one kept", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const good = readFileSync(file, "utf8");
    edit("http://good.test", "http://edited.test")(file);
    const store = StateStore.open(directory, identity, now);
    expect(store.isDoubtful).toBe(true);
    const [note] = await store.settle(now);
    expect(note?.en).toContain("state.before-edit-20261124T030000Z.json");
    expect(readFileSync(join(directory, "state.before-edit-20261124T030000Z.json"), "utf8")).toBe(good);
    await store.save(now);
    const again = StateStore.open(directory, identity, now);
    expect(again.isDoubtful).toBe(false);
    expect(again.state.url).toBe("http://edited.test");
  });

  it("that was only laid out anew, or got a byte order mark, is still ours", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    writeFileSync(file, `\uFEFF${JSON.stringify(JSON.parse(readFileSync(file, "utf8")))}\r\n`);
    const store = StateStore.open(directory, identity, now);
    expect(store.isDoubtful).toBe(false);
    expect(await store.settle(now)).toEqual([]);
  });

  it("of a newer version is refused, however good its copy is", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    edit(`"schemaVersion": ${stateVersion}`, '"schemaVersion": 99')(file);
    const before = readFileSync(file, "utf8");
    expect(codeOf(() => StateStore.open(directory, identity, now))).toBe("STATE_NEWER");
    expect(codeOf(() => readState(directory))).toBe("STATE_NEWER");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("that cannot be read is not replaced by its copy: it may be in perfect order", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    renameSync(file, join(directory, "elsewhere"));
    mkdirSync(file);
    expect(codeOf(() => readState(directory))).toBe("STATE_UNREADABLE");
    expect(codeOf(() => StateStore.open(directory, identity, now))).toBe("STATE_UNREADABLE");
  });

  it("below something that is no directory is a clear error", () => {
    const directory = join(temporaryDirectory(), "a file");
    writeFileSync(directory, "");
    expect(codeOf(() => readState(directory))).toBe("STATE_UNREADABLE");
  });

  it("that is a symbolic link can be shown, but is not written through", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    const target = join(temporaryDirectory(), "real.json");
    const good = readFileSync(file, "utf8");
    renameSync(file, target);
    symlinkSync(target, file);
    expect(readStateOnDisk(directory)).toMatchObject({ state: { url: "http://good.test" }, damage: undefined });
    const store = StateStore.open(directory, identity, now);
    await expect(store.save(now)).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
    expect(readFileSync(target, "utf8")).toBe(good);
  });

  it("that is a link to nowhere is no missing state", async () => {
    const directory = temporaryDirectory();
    const file = await savedState(directory);
    rmSync(file);
    symlinkSync("/nonexistent/state.json", file);
    expect(codeOf(() => readState(directory))).toBe("STATE_UNREADABLE");
  });

  it("in a directory that is a link works, and leaves the link", async () => {
    const real = temporaryDirectory();
    const link = join(temporaryDirectory(), "link");
    symlinkSync(real, link);
    const file = await savedState(link);
    expect(dirname(file)).toBe(link);
    expect(readState(real)?.url).toBe("http://good.test");
  });

  it("is rid of what a killed process left behind while it wrote", async () => {
    const directory = temporaryDirectory();
    await savedState(directory);
    writeFileSync(join(directory, ".tmp-0123456789abcdef"), "half");
    await StateStore.open(directory, identity, now).settle(now);
    expect(readdirSync(directory).toSorted()).toEqual(["state.backup.json", "state.json"]);
  });
});
