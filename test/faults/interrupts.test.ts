import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readLock } from "../../src/state/find-worker.ts";
import type { State } from "../../src/state/schema.ts";
import { collect } from "../support/installed-package.ts";
import { commandLine, runCli, startCli } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { DoubleCloud, removeSnapshot, type CloudSnapshot } from "./support/double-cloud.ts";
import { intentsWithoutId } from "./support/recorded-state.ts";

// What a person does in a terminal, at moments that last: a script that runs on a host, a call that hangs. The signals
// at each single call and write are in kill-anywhere.test.ts.

const longMs = 60_000;
const upToPuma = ["up", "--to", "puma"];

let socketDirectory: string;
let docker: Awaited<ReturnType<typeof startDockerDouble>>;
/** A stack whose hosts stand and on which no script has run. */
let hostsStand: CloudSnapshot;
let cloud: DoubleCloud;

beforeAll(async () => {
  socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
  docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
  const first = await DoubleCloud.start();
  const { code, stdout, stderr } = await runCli(first, docker.host, ["up", "--to", "ec2"]);
  expect(code, stdout + stderr).toBe(0);
  hostsStand = await first.intoSnapshot();
});
afterAll(async () => {
  removeSnapshot(hostsStand);
  await docker.stop();
  rmSync(socketDirectory, { recursive: true, force: true });
});
beforeEach(async () => (cloud = await DoubleCloud.start(hostsStand)));
afterEach(() => cloud.stop());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
const isLocked = (): boolean => existsSync(join(cloud.stateDirectory, "lock"));
const commandOf = (script: string) =>
  cloud.world.ssm.commands().find(({ comment }) => comment === `lecture05 ${script}`)?.invocations[0];

/** Starts a command and returns once its script runs on the host. */
async function startedAndAt(script: string, args: readonly string[]): Promise<ChildProcess> {
  cloud.hosts.durationsMs.set(script, longMs);
  const child = startCli(cloud, docker.host, args);
  await until(() => commandOf(script)?.status === "InProgress" || !isRunning(child));
  return child;
}

async function expectToResume(args: readonly string[]): Promise<void> {
  cloud.hosts.durationsMs.clear();
  const { code, stdout, stderr } = await runCli(cloud, docker.host, args);
  expect(code, stdout + stderr).toBe(0);
}

describe("while a script runs on a host", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("%s cancels it there, and the next run runs it again", async (signal) => {
    const child = await startedAndAt("install-ruby", upToPuma);
    const outcome = collect(child);
    child.kill(signal);
    const { code, stderr } = await outcome;
    expect(code).toBe(130);
    expect(stderr).toContain("Run the same command again to resume");
    expect(stderr).toMatch(/install-ruby was stopped on i-[0-9a-f]+/);
    expect(commandOf("install-ruby")?.status).toBe("Cancelled");
    expect(isLocked()).toBe(false);
    await expectToResume(upToPuma);
    expect([...cloud.hosts.scriptsRun.values()].flat()).toContain("install-ruby");
  });

  it("a terminal that is closed does the same", async () => {
    cloud.hosts.durationsMs.set("install-ruby", longMs);
    const { words, env } = commandLine(cloud, docker.host, upToPuma);
    const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    // A terminal of its own; the command in it is the leader of its session, as a shell's is.
    const inTerminal = `stty cols 100 rows 30; exec ${quoted}`;
    const terminal = spawn("script", ["-q", "-c", inTerminal, "/dev/null"], { stdio: "ignore", env });
    await until(() => commandOf("install-ruby")?.status === "InProgress" || !isRunning(terminal));
    const holder = readLock(cloud.stateDirectory)?.pid ?? 0;
    expect(holder).toBeGreaterThan(0);
    terminal.kill("SIGKILL");
    await until(() => !existsSync(`/proc/${holder}`) || readFileSync(`/proc/${holder}/stat`, "utf8").includes(") Z "));
    expect(isLocked()).toBe(false);
    expect(commandOf("install-ruby")?.status).toBe("Cancelled");
    await expectToResume(upToPuma);
  });
});

describe("while a call hangs", () => {
  let answer: () => void;

  beforeEach(async () => {
    await cloud.stop();
    cloud = await DoubleCloud.start();
    const held = new Promise<void>((resolve) => (answer = resolve));
    const createNetwork = cloud.hosts.createNetwork.bind(cloud.hosts);
    cloud.hosts.createNetwork = async (network) => {
      await createNetwork(network);
      await held;
    };
  });
  afterEach(() => answer());

  const vpcs = () => Object.keys(cloud.world.ec2.data.vpcs);
  const recorded = () => {
    const { resources } = JSON.parse(readFileSync(join(cloud.stateDirectory, "state.json"), "utf8")) as State;
    return resources.map(({ type, id }) => ({ type, id }));
  };

  async function pressedOnce() {
    const child = startCli(cloud, docker.host, ["up", "--to", "ec2"]);
    const outcome = collect(child);
    await until(() => cloud.hosts.networks.size > 0 || !isRunning(child));
    child.kill("SIGINT");
    await sleep(400);
    expect(isRunning(child)).toBe(true);
    return { child, outcome };
  }

  it("the first Ctrl-C waits for its answer and records it, and nothing follows", async () => {
    const { outcome } = await pressedOnce();
    answer();
    const { code, stderr } = await outcome;
    expect(code).toBe(130);
    expect(stderr).toContain("Run the same command again to resume");
    // Role and profile come before it.
    expect(recorded().slice(2)).toEqual([{ type: "ec2:vpc", id: vpcs()[0] }]);
    expect(cloud.world.ec2.data.internetGateways).toEqual({});
    expect(isLocked()).toBe(false);
  });

  it("the second ends at once, and nothing is lost or made twice", async () => {
    const { child, outcome } = await pressedOnce();
    child.kill("SIGINT");
    expect((await outcome).code).toBe(130);
    expect(isLocked()).toBe(false);
    expect(intentsWithoutId(cloud.stateDirectory)).toEqual(["ec2:vpc vpc"]);
    answer();
    await expectToResume(["up", "--to", "ec2"]);
    expect(vpcs()).toHaveLength(1);
    expect(intentsWithoutId(cloud.stateDirectory)).toEqual([]);
  });
});
