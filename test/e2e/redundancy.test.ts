import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { AutoScalingClient, ResumeProcessesCommand, SuspendProcessesCommand } from "@aws-sdk/client-auto-scaling";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { DrillFigures } from "../../src/drill/figures.ts";
import { rootCredentials } from "../../src/sandbox/launcher.ts";
import { isOnTheWay, stepNames } from "../../src/steps/names.ts";
import { InstalledPackage } from "../support/installed-package.ts";
import { containerOf } from "../support/stack.ts";

const run = promisify(execFile);

let tool: InstalledPackage;

interface Status {
  readonly url: string;
  readonly steps: readonly { name: string; status: string; checks: readonly { name: string; ok: boolean }[] }[];
  readonly hosts: readonly { instanceId: string; availabilityZone: string }[];
  readonly resources: readonly { type: string; id: string }[];
}

const status = async (): Promise<Status> => JSON.parse(await tool.ok("status", "--json")) as Status;
const hostIds = async (): Promise<string[]> => (await status()).hosts.map(({ instanceId }) => instanceId);
const idOf = async (type: string): Promise<string> =>
  (await status()).resources.find((it) => it.type === type)?.id ?? "";

beforeAll(async () => {
  tool = await InstalledPackage.install("red");
}, 120_000);
afterAll(() => tool.remove(), 300_000);

async function inHost(instanceId: string, script: string): Promise<string> {
  const { stdout } = await run("docker", ["exec", containerOf(tool, instanceId), "sh", "-c", script]);
  return stdout.trim();
}

/** With the group told to replace nothing. */
async function held(work: () => Promise<void>): Promise<void> {
  const { port } = JSON.parse(readFileSync(join(tool.sandboxHome, "daemon.json"), "utf8")) as { port: number };
  const credentials = rootCredentials(tool.sandboxHome);
  if (!credentials) throw new Error("the sandbox has no root key");
  const client = new AutoScalingClient({ region: "ap-northeast-1", endpoint: `http://127.0.0.1:${port}`, credentials });
  const request = { AutoScalingGroupName: "red-hosts", ScalingProcesses: ["HealthCheck", "ReplaceUnhealthy"] };
  await client.send(new SuspendProcessesCommand(request));
  try {
    await work();
  } finally {
    await client.send(new ResumeProcessesCommand(request));
    client.destroy();
  }
}

/** Names of the checks of a step that do not hold. */
async function failing(step: string): Promise<string[]> {
  await tool.cli("verify", step, "--json");
  const { steps } = await status();
  return (steps.find(({ name }) => name === step)?.checks ?? []).filter(({ ok }) => !ok).map(({ name }) => name);
}

describe("a stack of two hosts", () => {
  it("goes from nothing to two hosts in two zones, and has nothing to do after it", async () => {
    const way = stepNames.filter((name) => isOnTheWay("redundancy", name));
    await tool.ok("up", "--hosts", "2", "--json");
    const { steps, hosts } = await status();
    expect(steps.map(({ name, status: state }) => [name, state])).toEqual(way.map((name) => [name, "done"]));
    expect(new Set(hosts.map(({ availabilityZone }) => availabilityZone)).size).toBe(2);
    const again = await tool.events("up");
    const outcomes = again.flatMap((event) => (event.type === "step.finished" ? [event.outcome] : []));
    expect(outcomes).toEqual(way.map(() => "up-to-date"));
    await tool.ok("verify");
  }, 900_000);

  it("has no secret in the image that its hosts are of", async () => {
    const [id = ""] = await hostIds();
    const secret = await inHost(id, "sed -n 's/^SECRET_KEY_BASE=//p' /etc/lecture05/env.d/00-secret.env");
    const url = await inHost(id, "sed -n 's/^DATABASE_URL=//p' /etc/lecture05/env.d/60-database.env");
    const password = /:([^:@]+)@/.exec(url)?.[1] ?? "";
    expect([secret.length, password.length].every((length) => length >= 16)).toBe(true);
    const image = await idOf("ec2:image");
    // By standard input, so that the search itself shows nobody what it looks for.
    const search = ["run", "--rm", "-i", "--network=none", "--entrypoint", "sh", `lecture05/ami:${image}`];
    const child = run("docker", [...search, "-c", "grep -rlFf - /etc /var /opt /root /tmp /home /usr/local; true"]);
    child.child.stdin?.end(`${secret}\n${password}\n`);
    expect((await child).stdout).toBe("");
  }, 60_000);

  it("runs a command on each of them", async () => {
    const printed = await tool.ok("exec", "--", "cat", "/etc/machine-id");
    const lines = printed.trim().split("\n");
    expect(new Set(lines.map((line) => line.split(" | ")[0]))).toEqual(new Set(await hostIds()));
    expect(new Set(lines.map((line) => line.split(" | ")[1])).size).toBe(2);
  });

  it("sees when one of them signs cookies with a key of its own", async () => {
    // Whoever looks first knows who the hosts are now; and none is to be replaced while its Puma is restarted.
    await held(async () => {
      expect(await failing("redundancy")).toEqual(["replaced-by-load-balancer-health"]);
      const [, id = ""] = await hostIds();
      const key = "echo SECRET_KEY_BASE=$(openssl rand -hex 64) >/run/lecture05-secrets/secret-key-base.env";
      await inHost(id, `${key} && systemctl restart puma`);
      expect(await failing("redundancy")).toEqual(expect.arrayContaining(["same-secret", "session-shared"]));
      await inHost(id, "systemctl restart lecture05-identity.service && systemctl restart puma");
    });
    await vi.waitFor(async () => expect(await failing("redundancy")).toEqual([]), { timeout: 60_000, interval: 2000 });
  }, 240_000);

  it("loses a host under load: hardly anybody notices, and the group puts another in its place", async () => {
    const before = await hostIds();
    // At the rate of the issue where the machine is its own; here other stacks want the same processors.
    const { code, stdout, stderr } = await tool.cli("drill", "host", "--rate", "20", "--seconds", "60", "--json");
    expect(code, stdout + stderr).toBe(0);
    process.stdout.write(`drill host with two hosts: ${stdout}`);
    const figures = JSON.parse(stdout) as DrillFigures;
    expect(figures.failed / figures.requests).toBeLessThanOrEqual(0.005);
    expect(figures.longestGapMs).toBeLessThanOrEqual(2000);
    expect(figures.replacedMs).toBeLessThan(60_000);
    await tool.ok("verify");
    const after = await hostIds();
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toHaveLength(1);
  }, 400_000);

  it("scales to three and back to two", async () => {
    const since = performance.now();
    await tool.ok("scale", "3", "--yes");
    process.stdout.write(`scale 3: ${Math.round((performance.now() - since) / 1000)} s\n`);
    expect(await hostIds()).toHaveLength(3);
    await tool.ok("scale", "2", "--yes");
    expect(await hostIds()).toHaveLength(2);
    const { url } = await status();
    expect((await fetch(url)).status).toBe(200);
  }, 400_000);

  it("goes away whole", async () => {
    await tool.ok("destroy", "--yes");
    const sandboxId = readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8");
    const { stdout } = await run("docker", [
      "ps",
      "-aq",
      "--filter",
      `label=lecture05.sandbox=${sandboxId}`,
      "--filter",
      "label=lecture05.role=host",
    ]);
    expect(stdout).toBe("");
  }, 400_000);
});
