import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

const stateIn = (cwd: string) => readState(join(cwd, ".lecture05"));
const files = (cwd: string): string[] => readdirSync(join(cwd, ".lecture05"));

/** A stack whose state directory is gone. */
async function lost() {
  const services = fakeServices();
  const cwd = temporaryDirectory();
  expect((await run(["up", "--to", "puma"], { services, cwd })).exitCode).toBe(0);
  rmSync(join(cwd, ".lecture05"), { recursive: true });
  services.sandboxStatus = {
    home: "/x",
    daemon: { pid: 1, port: 4566 },
    containers: [],
    holdsResources: true,
    cache: undefined,
  };
  services.ports = {
    network: { findStacks: async () => ["lecture05", "training"] },
  } as unknown as typeof services.ports;
  return { services, cwd };
}

describe("adopt", () => {
  it("asks, shows what it found, and rebuilds the state", async () => {
    const { services, cwd } = await lost();
    const { exitCode, stderr, plain } = await run(["adopt"], { services, cwd, isTTY: true, stdin: "y\n" });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("2 resources of the stack lecture05 were found in ap-northeast-1");
    expect(plain).toContain("= ec2:vpc puma puma-2");
    expect(plain).toContain("✓ adopted");
    expect(plain).toContain("- not there");
    expect(plain).toContain("Adopted in");
    expect(
      stateIn(cwd)
        ?.steps.slice(0, 3)
        .map(({ status }) => status),
    ).toEqual(["done", "done", "pending"]);
    expect(services.cloud.made).toBe(2);
  });

  it("is an event stream for programs", async () => {
    const { services, cwd } = await lost();
    const { events } = await run(["adopt", "--yes", "--json"], { services, cwd });
    expect(events[0]).toMatchObject({ type: "progress" });
    expect(events.find(({ type }) => type === "run.started")).toMatchObject({ command: "adopt" });
    expect(events.filter(({ type }) => type === "resource.found")).toMatchObject([
      { name: "ec2", id: "ec2-1", step: "ec2" },
      { name: "puma", id: "puma-2", step: "puma" },
    ]);
    expect(events.filter(({ type }) => type === "step.finished").map(({ outcome }) => outcome)).toEqual([
      "adopted",
      "adopted",
      ...Array.from({ length: 5 }, () => "absent"),
    ]);
    expect(events.at(-1)).toMatchObject({ type: "run.finished", outcome: "done" });
  });

  it("does nothing without an answer, and leaves nothing behind", async () => {
    const { services, cwd } = await lost();
    for (const options of [{}, { isTTY: true, stdin: "\n" }]) {
      const { exitCode, stderr } = await run(["adopt"], { services, cwd, ...options });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("Code: DECLINED");
    }
    expect(files(cwd)).toEqual([]);
  });

  it("says what else there is when nothing carries the stack's tag", async () => {
    const { services, cwd } = await lost();
    services.cloud.things.clear();
    const { exitCode, stderr } = await run(["adopt", "--stack", "other"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: NOTHING_TO_ADOPT");
    expect(stderr).toContain("lecture05:stack=other");
    expect(stderr).toContain("lecture05 adopt --stack training");
    expect(files(cwd)).toEqual([]);
  });

  it("starts no sandbox to find that there is nothing", async () => {
    const services = fakeServices();
    services.sandboxStatus = { ...services.sandboxStatus, containers: [] };
    const { exitCode, stderr } = await run(["adopt"], { services });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: NOTHING_TO_ADOPT");
    expect(services.sandboxCalls).toEqual([]);
  });

  it("replaces a damaged state that has no copy, and keeps it", async () => {
    const { services, cwd } = await lost();
    await run(["adopt", "--yes"], { services, cwd });
    for (const name of ["state.json", "state.backup.json"])
      writeFileSync(join(cwd, ".lecture05", name), `damaged ${name}`);
    expect((await run(["up"], { services, cwd })).stderr).toContain("lecture05 adopt");
    const { exitCode, stderr } = await run(["adopt", "--yes"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("The damaged state is kept: ");
    const kept = files(cwd).filter((name) => name.startsWith("state.damaged-"));
    expect(kept.map((name) => readFileSync(join(cwd, ".lecture05", name), "utf8")).toSorted()).toEqual([
      "damaged state.backup.json",
      "damaged state.json",
    ]);
    expect(stateIn(cwd)?.steps[1]?.status).toBe("done");
  });

  it("takes a stack, a region and a target like every command, and refuses another than the state's", async () => {
    const { services, cwd } = await lost();
    await run(["adopt", "--yes", "--stack", "mine", "--region", "us-east-1"], { services, cwd });
    expect(stateIn(cwd)).toMatchObject({ stack: "mine", region: "us-east-1" });
    const { stderr } = await run(["adopt", "--yes", "--stack", "other"], { services, cwd });
    expect(stderr).toContain("Code: STATE_TARGET_MISMATCH");
  });
});

describe("up without a state", () => {
  it("asks before it goes on with what is there, then makes only what is missing", async () => {
    const { services, cwd } = await lost();
    const no = await run(["up", "--to", "puma-socket"], { services, cwd, isTTY: true, stdin: "n\n" });
    expect(no.exitCode).toBe(1);
    expect(no.stderr).toContain("2 resources of the stack lecture05 exist, but");
    expect(no.stderr).toContain("lecture05 adopt");
    expect(files(cwd)).toEqual([]);
    const yes = await run(["up", "--to", "puma-socket"], { services, cwd, isTTY: true, stdin: "y\n" });
    expect(yes.exitCode).toBe(0);
    expect(services.cloud.made).toBe(3);
    expect(stateIn(cwd)?.resources.map(({ id }) => id)).toEqual(["ec2-1", "puma-2", "puma-socket-3"]);
  });

  it("is declined without a terminal and without --yes, with the way on", async () => {
    const { services, cwd } = await lost();
    const { exitCode, events } = await run(["up", "--json"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: "error", code: "DECLINED" });
    expect(JSON.stringify(events.at(-1))).toContain("lecture05 adopt");
    expect(JSON.stringify(events.at(-1))).toContain("--yes");
    expect(services.cloud.made).toBe(2);
  });

  it("takes --yes for a yes, and step does the same", async () => {
    const { services, cwd } = await lost();
    expect((await run(["step", "puma-socket", "--yes"], { services, cwd })).exitCode).toBe(0);
    expect(services.cloud.made).toBe(3);
    expect((await run(["up", "--to", "puma-socket"], { services, cwd })).exitCode).toBe(0);
    expect(services.cloud.made).toBe(3);
  });

  it("asks nothing where nothing is", async () => {
    const services = fakeServices();
    expect((await run(["up", "--to", "ec2"], { services })).exitCode).toBe(0);
  });
});

it("destroy --stack works without a state, and asks as ever", async () => {
  const { services, cwd } = await lost();
  services.sandboxStatus = {
    home: "/x",
    daemon: { pid: 1, port: 4566 },
    containers: [],
    holdsResources: true,
    cache: undefined,
  };
  expect((await run(["destroy", "--stack", "lecture05"], { services, cwd })).stderr).toContain("Code: DECLINED");
  expect(services.cloud.things.size).toBe(2);
  const { exitCode } = await run(["destroy", "--stack", "lecture05", "--yes"], { services, cwd });
  expect(exitCode).toBe(0);
  expect(services.cloud.things.size).toBe(0);
});
