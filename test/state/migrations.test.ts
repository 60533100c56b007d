import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { migrations } from "../../src/state/migrations.ts";
import { modulesOf } from "../../src/state/modules.ts";
import { readState } from "../../src/state/read.ts";
import { stateSchema, type State } from "../../src/state/schema.ts";
import { StateStore } from "../../src/state/store.ts";
import { stateVersion } from "../../src/state/version.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { now } from "./support.ts";

/** Written by the released versions themselves, at the end of an `up`. */
const fixtures = join(import.meta.dirname, "fixtures");
const versions = readdirSync(fixtures).map((name) => Number(/^state\.v(\d+)\.json$/.exec(name)?.[1]));

const sandbox = { id: "0001", home: "/home/someone/sandbox" };
const identity = {
  stack: "state",
  target: "sandbox",
  region: "ap-northeast-1",
  account: "000000000000",
  sandbox,
} as const;

/** Without what version 1 wrote by mistake. */
function facts(state: State): Partial<State> {
  return Object.fromEntries(Object.entries(state).filter(([key]) => key in stateSchema.shape));
}

it("has a fixture and a migration for every version before this one", () => {
  const before = Array.from({ length: stateVersion - 1 }, (_, index) => index + 1);
  expect(versions.toSorted((a, b) => a - b)).toEqual(before);
  expect(Object.keys(migrations).map(Number)).toEqual(before);
});

describe.each(versions)("a state of version %i", (version) => {
  const file = join(fixtures, `state.v${version}.json`);
  const old = facts(JSON.parse(readFileSync(file, "utf8")) as State);

  function directoryWith(): string {
    const directory = temporaryDirectory();
    copyFileSync(file, join(directory, "state.json"));
    return directory;
  }

  it("can be shown as it is", () => {
    const state = readState(directoryWith());
    expect(state?.steps.map(({ status }) => status)).toEqual(old.steps?.map(() => "done"));
    expect(state?.url).toBe(old.url);
    expect(state && modulesOf(state)).toEqual(old.modules);
  });

  it("becomes one of this version, keeps all that it knew, and learns its sandbox", async () => {
    const directory = directoryWith();
    const store = StateStore.open(directory, identity, now);
    expect(store.isDoubtful).toBe(false);
    const { modules, digest: _digest, ...rest } = old;
    expect(store.state).toEqual({ ...rest, modules: store.state.modules, schemaVersion: stateVersion, sandbox });
    // Before version 3 every module stood with its host.
    expect(modulesOf(store.state)).toEqual(modules);

    await store.save(now);
    const again = StateStore.open(directory, identity, now);
    expect(again.isDoubtful).toBe(false);
    expect(again.state).toEqual(store.state);
    expect(JSON.parse(readFileSync(join(directory, "state.json"), "utf8"))).toMatchObject({
      schemaVersion: stateVersion,
    });
  });

  it("is kept for the version that wrote it", async () => {
    const directory = directoryWith();
    await StateStore.open(directory, identity, now).save(now);
    expect(JSON.parse(readFileSync(join(directory, `state.v${version}.json`), "utf8"))).toEqual(old);
  });
});

it("leaves nothing of a secret that version 1 wrote down", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "state.json");
  copyFileSync(join(fixtures, "state.v1.json"), file);
  expect(readFileSync(file, "utf8")).toContain("a-key-that-must-not-stay");
  await StateStore.open(directory, identity, now).save(now);
  const texts = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"));
  expect(texts.join("\n")).not.toContain("a-key-that-must-not-stay");
});
