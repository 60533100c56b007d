import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { JsonStore } from "../../src/sandbox/json-store.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

interface Data {
  things: Record<string, { name: string; tags?: string[] }>;
  count: number;
}

let home: string;
let store: JsonStore<Data>;

const open = (): JsonStore<Data> => new JsonStore<Data>(join(home, "things.json"), { things: {}, count: 0 });
const onDisk = (): Data => JSON.parse(readFileSync(join(home, "things.json"), "utf8")) as Data;
/** The directory is away, so that nothing can be written: what a full disk does, without one. */
const breakDisk = (): void => renameSync(home, `${home}.away`);
const mendDisk = (): void => renameSync(`${home}.away`, home);

beforeEach(() => {
  home = join(temporaryDirectory(), "home");
  store = open();
});

describe("a change that cannot be written", () => {
  it("is refused and undone, and the next one works", async () => {
    store.data.things["a"] = { name: "first" };
    await store.save();
    breakDisk();
    store.data.things["b"] = { name: "second" };
    store.data.count = 7;
    await expect(store.save()).rejects.toMatchObject({ code: "ENOENT" });
    expect(store.data).toEqual({ things: { a: { name: "first" } }, count: 0 });
    mendDisk();
    store.data.things["c"] = { name: "third" };
    await store.save();
    expect(onDisk()).toEqual({ things: { a: { name: "first" }, c: { name: "third" } }, count: 0 });
    expect(readdirSync(home)).toEqual(["things.json"]);
  });

  it("takes those with it that wait for the next write: their changes are undone, too", async () => {
    await store.save();
    breakDisk();
    store.data.things["a"] = { name: "first" };
    const first = store.save();
    store.data.things["b"] = { name: "second" };
    const second = store.save();
    const outcomes = await Promise.allSettled([first, second]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(store.data.things).toEqual({});
    mendDisk();
  });

  it("does not touch a change that comes after it", async () => {
    await store.save();
    breakDisk();
    store.data.count = 1;
    // The first to know sends the next change at once.
    const next = store.save().catch(() => {
      mendDisk();
      store.data.things["a"] = { name: "after" };
      return store.save();
    });
    await next;
    expect(onDisk()).toEqual({ things: { a: { name: "after" } }, count: 0 });
  });

  it("leaves records as objects where they were, so that whoever holds one sees its old contents", async () => {
    const record = (store.data.things["a"] = { name: "old", tags: ["x"] });
    await store.save();
    breakDisk();
    record.name = "new";
    record.tags = ["y", "z"];
    await expect(store.save()).rejects.toThrow();
    expect(store.data.things["a"]).toBe(record);
    expect(record).toEqual({ name: "old", tags: ["x"] });
    mendDisk();
  });

  it("does not change what records share", async () => {
    const shared = ["x"];
    store.data.things["a"] = { name: "one", tags: ["y"] };
    await store.save();
    breakDisk();
    store.data.things["a"].tags = shared;
    await expect(store.save()).rejects.toThrow();
    expect(shared).toEqual(["x"]);
    mendDisk();
  });
});

describe("a note", () => {
  it("holds although it cannot be written, outlives others' failures, and is written with the next save", async () => {
    await store.save();
    breakDisk();
    await store.note(() => (store.data.count = 3));
    store.data.things["a"] = { name: "refused" };
    await expect(store.save()).rejects.toThrow();
    expect(store.data).toEqual({ things: {}, count: 3 });
    mendDisk();
    expect(onDisk().count).toBe(0);
    store.data.things["b"] = { name: "taken" };
    await store.save();
    expect(onDisk()).toEqual({ things: { b: { name: "taken" } }, count: 3 });
  });
});

describe("the file", () => {
  it("has a change when `settled` resolves, also one that somebody else is writing", async () => {
    store.data.count = 1;
    void store.save();
    await store.settled();
    expect(onDisk().count).toBe(1);
  });

  it("has every change of many that are made at once", async () => {
    const saves = Array.from({ length: 50 }, (_, index) => {
      store.data.things[`thing-${index}`] = { name: `${index}` };
      return store.save();
    });
    await Promise.all(saves);
    expect(Object.keys(open().data.things)).toHaveLength(50);
  });

  it("is named when it is broken", () => {
    writeFileSync(join(home, "things.json"), '{"things":');
    expect(open).toThrow(/STATE_CORRUPT.*things\.json/);
    expect(existsSync(join(home, "things.json"))).toBe(true);
  });
});
