import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadTopology, saveTopology } from "../../src/diagram/topology-file.ts";
import { Lecture05Error } from "../../src/errors.ts";
import { lastStackFileName } from "../../src/records/last-stack.ts";
import type { State } from "../../src/state/schema.ts";
import { fullTopology } from "../diagram/topology.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

const env = { PATH: "/nowhere" };
const read = (cwd: string): string => readFileSync(join(cwd, "lecture05-report", "lecture05.md"), "utf8");

/** A place where a stack stood, with what `destroy` keeps of it. */
async function destroyedStack(changes: Partial<State> = {}): Promise<string> {
  const cwd = temporaryDirectory();
  const state = sampleState(changes);
  const directory = join(cwd, ".lecture05");
  mkdirSync(directory);
  writeFileSync(join(directory, lastStackFileName), JSON.stringify(state));
  await saveTopology(directory, fullTopology({ target: "sandbox", account: state.account }));
  return cwd;
}

describe("lecture05 report", () => {
  it("says where to start when there is nothing yet", async () => {
    expect(await run(["report"], { services: fakeServices(), env })).toMatchObject({ exitCode: 1 });
  });

  it("is made from the records when the stack is gone, without asking anybody, and says so", async () => {
    const cwd = await destroyedStack();
    const services = fakeServices();
    const result = await run(["report", "--json"], { services, cwd, env });
    expect(result.exitCode).toBe(0);
    expect(services.connections).toEqual([]);
    expect(result.events.at(-1)).toMatchObject({ type: "report.written", unchanged: [] });
    const text = read(cwd);
    expect(text).toContain("The stack has been taken down. This report was made from its records.");
    expect(text).toContain("![Architecture of lecture05](diagram.svg)");
    expect(text).toContain("It has been taken down already.");
    const again = await run(["report", "--json"], { services, cwd, env });
    expect(again.events.at(-1)).toMatchObject({ written: [] });
  });

  it("is made from the records where destroy left a state behind for the bucket that was kept", async () => {
    const cwd = await destroyedStack();
    writeState(cwd, sampleState({ steps: [], hosts: [], modules: [] }));
    expect((await run(["report"], { services: fakeServices(), cwd, env })).exitCode).toBe(0);
    expect(read(cwd)).toContain("The stack has been taken down.");
  });

  it("is made from the records when the stack cannot be reached, and says why", async () => {
    const cwd = await destroyedStack();
    writeState(cwd);
    const services = fakeServices();
    services.connectError = new Lecture05Error("AWS_UNREACHABLE", {
      what: { en: "AWS does not answer", ja: "AWS が応答しません" },
    });
    const result = await run(["report", "--lang", "ja"], { services, cwd, env });
    expect(result.exitCode).toBe(0);
    expect(read(cwd)).toContain("スタックに接続できませんでした (AWS\\_UNREACHABLE: AWS が応答しません)");
    expect(read(cwd)).toContain("diagram.svg");
  });

  it("takes a stack whose sandbox was reset for gone, and starts no other sandbox", async () => {
    const cwd = await destroyedStack();
    writeState(cwd, sampleState({ sandbox: { home: join(cwd, "removed"), id: "was-here" } }));
    const services = fakeServices();
    expect((await run(["report"], { services, cwd, env })).exitCode).toBe(0);
    expect(services.sandboxCalls).toEqual([]);
    expect(read(cwd)).toContain("The stack has been taken down.");
    expect(loadTopology(join(cwd, ".lecture05"))?.instances).toHaveLength(2);
  });

  it("does not show how another stack looked", async () => {
    const cwd = await destroyedStack({ stack: "other" });
    expect((await run(["report"], { services: fakeServices(), cwd, env })).exitCode).toBe(0);
    expect(read(cwd)).toContain("no earlier look was kept");
    rmSync(join(cwd, ".lecture05", "topology.json"));
    expect((await run(["report"], { services: fakeServices(), cwd, env })).exitCode).toBe(0);
  });

  it("refuses what was typed wrong, also where it could do without", async () => {
    const cwd = await destroyedStack();
    writeState(cwd);
    const result = await run(["report"], { services: fakeServices(), cwd, env: { ...env, LECTURE05_TARGET: "aws" } });
    expect(result.stderr).toContain("STATE_TARGET_MISMATCH");
    expect(result.exitCode).toBe(1);
  });
});
