import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { build } from "rolldown";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  ensureDaemon,
  findDaemon,
  rootCredentials,
  stopDaemon,
  type EnsureOptions,
  type RunningDaemon,
} from "../../../src/sandbox/launcher.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { tinyDisk } from "../../support/tiny-disk.ts";

let program: string;
let options: EnsureOptions;

beforeAll(async () => {
  program = mkdtempSync(join(tmpdir(), "lecture05-daemon-program-"));
  await build({
    input: join(import.meta.dirname, "../../support/daemon-entry.ts"),
    platform: "node",
    output: { dir: program, format: "esm", entryFileNames: "[name].mjs" },
    logLevel: "silent",
  });
  options = { entry: join(program, "daemon-entry.mjs"), timeoutMs: 60_000 };
}, 60_000);
afterAll(() => rmSync(program, { recursive: true, force: true }));

/** A home whose daemon is stopped after the test. */
function homeIn(directory: string): string {
  const home = join(directory, "state", "sandbox");
  onTestFinished(async () => {
    await stopDaemon(home);
  });
  return home;
}

/** The processes that have the home as their argument. */
function daemonsOf(home: string): number[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return processes.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(home);
    } catch {
      return false;
    }
  });
}

async function roles<T>(home: string, daemon: RunningDaemon, use: (iam: IAMClient) => Promise<T>): Promise<T> {
  const credentials = rootCredentials(home);
  if (!credentials) throw new Error("no root credentials");
  const { endpoint } = daemon;
  const iam = new IAMClient({ region: "ap-northeast-1", endpoint, credentials, maxAttempts: 1 });
  try {
    return await use(iam);
  } finally {
    iam.destroy();
  }
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const create = (RoleName: string) => new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust });
const get = (RoleName: string) => new GetRoleCommand({ RoleName });

describe("started at once", { timeout: 120_000 }, () => {
  it("by ten commands, one daemon survives and all of them get it", async () => {
    const home = homeIn(temporaryDirectory());
    const found = await Promise.all(Array.from({ length: 10 }, () => ensureDaemon(home, options)));
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(1);
    expect(daemonsOf(home)).toEqual([found[0]?.pid]);
    expect(await findDaemon(home)).toEqual(found[0]);
  });

  it("by commands of a new version, the old daemon is replaced once", async () => {
    const home = homeIn(temporaryDirectory());
    const of = (version: string): EnsureOptions => ({
      ...options,
      version,
      env: { ...process.env, TEST_DAEMON_VERSION: version },
    });
    const old = await ensureDaemon(home, of("1"));
    const found = await Promise.all(Array.from({ length: 4 }, () => ensureDaemon(home, of("2"))));
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(1);
    expect(found[0]?.pid).not.toBe(old.pid);
    expect(daemonsOf(home)).toEqual([found[0]?.pid]);
    expect(await findDaemon(home)).toEqual(found[0]);
  });
});

describe("a full disk", { timeout: 120_000 }, () => {
  it("refuses what has to be kept, answers the rest, and takes it again when there is space", async () => {
    const disk = tinyDisk(512);
    const home = homeIn(disk.directory);
    const daemon = await ensureDaemon(home, options);
    await roles(home, daemon, (iam) => iam.send(create("before")));
    disk.fill();
    await roles(home, daemon, async (iam) => {
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(iam.send(create("amid"))).rejects.toMatchObject({
          name: "ServiceUnavailable",
          message: expect.stringContaining("no space left on device (ENOSPC)"),
          $metadata: { httpStatusCode: 503 },
        });
      }
      await expect(iam.send(get("amid"))).rejects.toMatchObject({ name: "NoSuchEntityException" });
      expect((await iam.send(get("before"))).Role?.RoleName).toBe("before");
      disk.free();
      await iam.send(create("after"));
    });
    process.kill(daemon.pid, "SIGKILL");
    await expect.poll(() => daemonsOf(home)).toEqual([]);
    const next = await ensureDaemon(home, options);
    await roles(home, next, async (iam) => {
      for (const name of ["before", "after"]) expect((await iam.send(get(name))).Role?.RoleName).toBe(name);
      await expect(iam.send(get("amid"))).rejects.toMatchObject({ name: "NoSuchEntityException" });
    });
    expect(readdirSync(home).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  it("is named by the command that cannot start a daemon on it, and so is one that is read-only", async () => {
    const disk = tinyDisk(512);
    const home = homeIn(disk.directory);
    const daemon = await ensureDaemon(home, options);
    process.kill(daemon.pid, "SIGKILL");
    await expect.poll(() => daemonsOf(home)).toEqual([]);
    disk.setReadOnly(true);
    await expect(ensureDaemon(home, options)).rejects.toThrow(/SANDBOX_UNAVAILABLE.*EROFS/);
    disk.setReadOnly(false);
    disk.fill();
    await expect(ensureDaemon(home, options)).rejects.toThrow(/SANDBOX_UNAVAILABLE.*ENOSPC/);
    disk.free();
    expect((await ensureDaemon(home, options)).port).toBe(daemon.port);
  });
});

describe("what others left", { timeout: 60_000 }, () => {
  it("a daemon's file whose process id and port are somebody else's by now is nobody's daemon", async () => {
    const home = homeIn(temporaryDirectory());
    await ensureDaemon(home, options);
    await stopDaemon(home);
    const other = createServer((_request, response) => response.end(JSON.stringify({ pid: process.pid, home: "/" })));
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const stale = { pid: process.pid, port, startedAt: new Date().toISOString(), version: "1" };
    writeFileSync(join(home, "daemon.json"), JSON.stringify(stale));
    const lock = { pid: process.pid, processStart: "1", host: "", command: "sandbox daemon", since: "" };
    writeFileSync(join(home, "daemon-lock", "lock"), JSON.stringify(lock));
    expect(await findDaemon(home)).toBeUndefined();
    // This very process is still there afterwards.
    expect(await stopDaemon(home)).toBe(false);
    writeFileSync(join(home, "daemon.json"), JSON.stringify(stale));
    const daemon = await ensureDaemon(home, options);
    expect(daemon.port).not.toBe(port);
    expect(daemonsOf(home)).toEqual([daemon.pid]);
  });

  it("a program that has its port on a network's gateway does not keep it from listening there", async () => {
    const home = homeIn(temporaryDirectory());
    const { port } = await ensureDaemon(home, options);
    await stopDaemon(home);
    writeFileSync(join(home, "daemon.json"), JSON.stringify({ pid: 1, port, startedAt: "", version: "1" }));
    const other = createServer();
    await new Promise<void>((done) => other.listen(port, "127.0.0.11", done));
    onTestFinished(() => void other.close());
    const daemon = await ensureDaemon(home, { ...options, env: { ...process.env, TEST_DAEMON_ADDRESS: "127.0.0.11" } });
    expect(daemon.port).toBe(port);
    const told = /"further-address","port":(\d+)/.exec(readFileSync(join(home, "daemon.log"), "utf8"))?.[1];
    const answer = await fetch(`http://127.0.0.11:${told}/_lecture05/caller-address`);
    expect(answer.status).toBe(200);
  });
});

describe("its home", { timeout: 60_000 }, () => {
  it("may have any name", async () => {
    const home = homeIn(join(temporaryDirectory(), "サンド ボックス $(touch x) 'q' \"q\""));
    const daemon = await ensureDaemon(home, options);
    await roles(home, daemon, (iam) => iam.send(create("there")));
    expect(await ensureDaemon(home, options)).toEqual(daemon);
    expect(await stopDaemon(home)).toBe(true);
    expect(daemonsOf(home)).toEqual([]);
  });

  it("gets nothing written into it after it was deleted, also when another daemon has it by then", async () => {
    const home = homeIn(temporaryDirectory());
    const first = await ensureDaemon(home, options);
    await roles(home, first, async (iam) => {
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
      await expect(iam.send(create("late"))).rejects.toThrow();
    });
    expect(existsSync(home)).toBe(false);
    const second = await ensureDaemon(home, options);
    expect(second.pid).not.toBe(first.pid);
    await expect.poll(() => daemonsOf(home), { timeout: 15_000 }).toEqual([second.pid]);
  });
});
