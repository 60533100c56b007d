import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeSelf } from "../../src/state/lock-holder.ts";
import { acquireLock } from "../../src/state/lock.ts";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { tinyDisk } from "../support/tiny-disk.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { writeState } from "./support/state.ts";
import { statusSchema } from "./support/status-schema.ts";

const fileOf = (cwd: string): string => join(cwd, ".lecture05", "state.json");
const statusOf = async (cwd: string) =>
  statusSchema.parse(JSON.parse((await run(["status", "--json"], { cwd })).stdout));

async function standing() {
  const services = fakeServices();
  const cwd = temporaryDirectory();
  expect((await run(["up", "--to", "puma"], { services, cwd })).exitCode).toBe(0);
  return { services, cwd, file: fileOf(cwd) };
}

describe("with a damaged state file", () => {
  it("status shows the last good copy and says so; up restores it, says so in one line, and goes on", async () => {
    const { services, cwd, file } = await standing();
    truncateSync(file, 50);

    const shown = await run(["status"], { cwd });
    expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
    expect(shown.stdout).toMatch(/! The state file is damaged: .*not valid JSON.*Shown is its last good copy/);
    expect(shown.stdout).toMatch(/✓ {2}2 {2}puma +done/);
    const { warnings, steps } = await statusOf(cwd);
    expect(warnings).toMatchObject([{ code: "STATE_CORRUPT" }]);
    expect(steps[1]?.status).toBe("done");

    const plan = await run(["plan", "--to", "puma"], { services, cwd });
    expect(plan.exitCode).toBe(0);
    expect(plan.stderr).toContain("Shown is its last good copy");

    const up = await run(["up", "--to", "puma"], { services, cwd });
    expect(up.exitCode).toBe(0);
    expect(up.stderr.trim().split("\n")).toHaveLength(1);
    expect(up.stderr).toContain("restored from its last good copy");
    expect(up.stderr).toMatch(/The damaged file: state\.damaged-\d{8}T\d{6}Z\.json/);
    expect(services.cloud.made).toBe(2);
    expect((await statusOf(cwd)).warnings).toEqual([]);
  });

  it("a note is an event for programs", async () => {
    const { services, cwd, file } = await standing();
    writeFileSync(file, "");
    const { events } = await run(["up", "--to", "puma", "--json"], { services, cwd });
    expect(events.find(({ type }) => type === "note")).toMatchObject({
      message: { ja: expect.stringContaining("復元") as string },
    });
  });

  it("destroy removes everything all the same", async () => {
    const { services, cwd, file } = await standing();
    writeFileSync(file, Buffer.alloc(500));
    const { exitCode } = await run(["destroy", "--yes"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(services.cloud.things.size).toBe(0);
    expect(readState(join(cwd, ".lecture05"))).toBeUndefined();
  });

  it("and no copy, every command that needs it says what to do and leaves it alone", async () => {
    const { services, cwd, file } = await standing();
    rmSync(join(cwd, ".lecture05", "state.backup.json"));
    writeFileSync(file, "{ damaged");
    for (const command of [["up"], ["status"], ["verify"], ["destroy", "--yes"], ["plan"], ["step", "puma"]]) {
      const { exitCode, stderr } = await run(command, { services, cwd });
      expect(stderr).toContain("lecture05 adopt");
      expect(stderr).toContain("Code: STATE_CORRUPT");
      expect(exitCode).toBe(1);
    }
    expect(readFileSync(file, "utf8")).toBe("{ damaged");
  });
});

describe("with a state of another sandbox", () => {
  function sandboxIn(home: string, id: string) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "sandbox-id"), id);
    return { id, home };
  }

  it("that stands elsewhere, up and destroy refuse and say how to reach it", async () => {
    const { services, cwd, file } = await standing();
    services.identity = sandboxIn(join(cwd, "one"), "0001");
    await run(["up", "--to", "puma-socket"], { services, cwd });
    const before = readFileSync(file, "utf8");
    services.identity = sandboxIn(join(cwd, "two"), "0002");
    for (const command of [["up"], ["destroy", "--yes"]]) {
      const { exitCode, stderr } = await run(command, { services, cwd });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("Code: STATE_TARGET_MISMATCH");
      expect(stderr).toContain(`LECTURE05_SANDBOX_HOME="${join(cwd, "one")}"`);
    }
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("that was reset, status says so, verify refuses, and up starts anew and keeps the old state", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    services.identity = sandboxIn(join(cwd, "home"), "0001");
    await run(["up", "--to", "puma"], { services, cwd });
    services.identity = sandboxIn(join(cwd, "home"), "0002");
    services.cloud.things.clear();

    const { steps, warnings } = await statusOf(cwd);
    expect(steps.map(({ status }) => status).slice(0, 3)).toEqual(["stale", "stale", "pending"]);
    expect(warnings).toMatchObject([{ code: "STATE_TARGET_MISMATCH" }]);
    const env = { LECTURE05_SANDBOX_HOME: join(cwd, "home") };
    expect((await run(["verify"], { services, cwd, env })).stderr).toContain("Code: STATE_TARGET_MISMATCH");

    const up = await run(["up", "--to", "puma"], { services, cwd, env });
    expect(up).toMatchObject({ exitCode: 0 });
    expect(up.stderr).toContain("starting anew");
    expect(services.cloud.things.size).toBe(2);
    expect(readdirSync(join(cwd, ".lecture05")).filter((name) => name.includes("lost-sandbox"))).toHaveLength(1);
    expect((await statusOf(cwd)).warnings).toEqual([]);
  });

  it("that was reset, destroy clears the state", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    services.identity = sandboxIn(join(cwd, "home"), "0001");
    await run(["up", "--to", "puma"], { services, cwd });
    services.identity = sandboxIn(join(cwd, "home"), "0002");
    services.cloud.things.clear();
    expect((await run(["destroy", "--yes"], { services, cwd })).exitCode).toBe(0);
    expect((await statusOf(cwd)).steps[0]?.status).toBe("pending");
  });
});

describe("the lock", () => {
  it("of a dead command is taken over with a note on stderr", async () => {
    const { services, cwd } = await standing();
    const { pid } = spawnSync("true");
    const holder = { ...describeSelf("lecture05 destroy --yes", new Date()), pid, step: "alb" };
    writeFileSync(join(cwd, ".lecture05", "lock"), JSON.stringify(holder));
    const { exitCode, stderr } = await run(["up", "--to", "puma"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`Took over the lock of "lecture05 destroy --yes" (process ${pid}, at step alb, since`);
  });

  it("that is held does not disturb status, which tells who works and at what", async () => {
    const { cwd } = await standing();
    const lock = acquireLock(join(cwd, ".lecture05"), "lecture05 destroy --yes", new Date());
    lock.working("alb");
    try {
      const { working } = await statusOf(cwd);
      expect(working).toMatchObject({ command: "lecture05 destroy --yes", step: "alb", pid: process.pid });
      const { stdout } = await run(["status"], { cwd });
      expect(stdout).toContain('> "lecture05 destroy --yes" is at work at step alb');
      expect(stdout).not.toContain("To go on:");
      expect((await run(["status", "--lang", "ja"], { cwd })).stdout).toContain("を実行中です (ステップ alb)");
    } finally {
      lock.release();
    }
    expect((await statusOf(cwd)).working).toBeNull();
  });

  it("is freed by every command, whether it succeeds, fails, is declined or interrupted", async () => {
    const { services, cwd } = await standing();
    const puma = services.toys[1];
    if (!puma) throw new Error("no step");
    puma.check = { ...puma.check, ok: false };
    let press = (): void => {};
    puma.onApply = () => press();
    services.cloud.things.delete("puma-2");
    const runs = [["verify"], ["up"], ["destroy"], ["up", "--to", "ec2"]];
    for (const argv of runs) {
      await run(argv, { services, cwd, onStart: (interrupt) => (press = interrupt) });
      expect(readdirSync(join(cwd, ".lecture05")).filter((name) => name.startsWith("lock"))).toEqual([]);
    }
  });
});

describe("on a bad disk", () => {
  it("up says what is wrong, changes nothing, and works when there is room again", async () => {
    const services = fakeServices();
    const disk = tinyDisk();
    disk.fill();
    const full = await run(["up", "--to", "ec2"], { services, cwd: disk.directory });
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toContain("Code: STATE_UNWRITABLE");
    expect(services.cloud.made).toBe(0);
    disk.free();
    expect((await run(["up", "--to", "ec2"], { services, cwd: disk.directory })).exitCode).toBe(0);
  });

  it("up that runs out of room half-way resumes, and makes nothing twice", async () => {
    const services = fakeServices();
    const disk = tinyDisk();
    const puma = services.toys[1];
    if (!puma) throw new Error("no step");
    puma.onApply = () => disk.fill();
    const full = await run(["up", "--to", "puma"], { services, cwd: disk.directory });
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toContain("Code: STATE_UNWRITABLE");
    disk.free();
    puma.onApply = () => {};
    expect((await run(["up", "--to", "puma"], { services, cwd: disk.directory })).exitCode).toBe(0);
    expect(services.cloud.things.size).toBe(2);
    expect(services.cloud.made).toBe(2);
  });

  it("status works on a read-only one, and up refuses before it makes anything", async () => {
    const services = fakeServices();
    const disk = tinyDisk();
    writeState(disk.directory);
    disk.setReadOnly(true);
    expect((await run(["status"], { cwd: disk.directory })).exitCode).toBe(0);
    const { exitCode, stderr } = await run(["up"], { services, cwd: disk.directory });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Code: STATE_UNWRITABLE");
    expect(services.cloud.made).toBe(0);
  });
});

describe("two stacks", () => {
  it("in two directories do not know of each other; in one the second is refused", async () => {
    const { services, cwd, file } = await standing();
    const other = temporaryDirectory();
    const others = fakeServices();
    await run(["up", "--to", "ec2", "--stack", "other"], { services: others, cwd: other });
    const before = readFileSync(file, "utf8");
    const { stderr } = await run(["up", "--stack", "other"], { services, cwd });
    expect(stderr).toContain("Code: STATE_TARGET_MISMATCH");
    expect(stderr).toContain("--dir DIR");
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(readState(join(other, ".lecture05"))?.stack).toBe("other");
  });
});
