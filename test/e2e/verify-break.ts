import type { ChildProcess } from "node:child_process";
import { expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { collect, parseEvents, type InstalledPackage } from "../support/installed-package.ts";
import { onHost, stackOf } from "../support/stack.ts";
import { rolePolicyOf, standing, unitState } from "../support/standing.ts";

/**
 * Tests of `verify` and `verify --break` on a stack that stands whole; they leave it as they found it. Registered by the
 * file that owns the stack.
 */
export function verifyAndBreak(tool: () => InstalledPackage): void {
  it("verifies without changing the hosts, the records or the bucket", async () => {
    const before = await standing(tool());
    const clocks = await unitState(tool());
    await tool().ok("verify");
    expect(await standing(tool())).toEqual(before);
    // Nothing was started anew: the same processes since the same moments.
    expect(await unitState(tool())).toEqual(clocks);
  });

  it("breaks one part per step, shows the failure and leaves all as it was", async () => {
    const before = await standing(tool());
    const startedAt = performance.now();
    const events = await tool().events("verify", "--break");
    process.stdout.write(`verify --break: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    expect(story(events)).toEqual([
      ["ec2", "off", "metadata-off", "on", "metadata-on"],
      ["puma", "superseded by puma-socket"],
      ["puma-socket", "off", "socket-without-puma", "on", "socket-well-again"],
      ["nginx", "superseded by nginx-puma"],
      [
        "nginx-puma",
        "off",
        "bad-gateway",
        "asset-without-puma",
        "on",
        "well-again",
        "off",
        "nginx-stopped",
        "puma-without-nginx",
        "on",
        "nginx-started",
      ],
      ["alb", "off", "target-unhealthy", "page-without-target", "on", "page-well-again"],
      [
        "s3",
        "off",
        "upload-denied",
        "denied-role",
        "picture-denied",
        "on",
        "picture-well-again",
        "off",
        "logs-denied",
        "on",
        "logs-well-again",
      ],
    ]);
    expect(await standing(tool())).toEqual(before);
  });

  it("restores on Ctrl-C before it ends", async () => {
    const before = await standing(tool());
    const child = tool().start(["verify", "--break", "alb", "--json"]);
    const ended = collect(child);
    await seen(child, "part.off");
    await until(async () => (await nginx(tool())) === "inactive");
    child.kill("SIGINT");
    const outcome = await ended;
    expect(outcome.code, outcome.stdout + outcome.stderr).toBe(130);
    expect(parseEvents(outcome.stdout).map(({ type }) => type)).toContain("part.on");
    expect(await standing(tool())).toEqual(before);
    await tool().ok("verify", "alb");
  });

  it("is restored by the host itself when it was killed and nobody comes after it", async () => {
    const child = tool().start(["verify", "--break", "alb", "--json"]);
    const ended = collect(child);
    await seen(child, "part.off");
    await until(async () => (await nginx(tool())) === "inactive");
    child.kill("SIGKILL");
    await ended;
    expect(await nginx(tool())).toBe("inactive");
    await until(async () => (await nginx(tool())) === "active", 60);
  });

  it("is restored by the next command when it was killed while the role had lost its right", async () => {
    const policy = await rolePolicyOf(tool());
    // This one also finds what the test before has left, which the host has restored already.
    const before = await standing(tool());
    const child = tool().start(["verify", "--break", "s3", "--json"]);
    const ended = collect(child);
    await seen(child, "part.off");
    // Held while somebody looks, so that the moment cannot pass meanwhile.
    await until(async () => {
      child.kill("SIGSTOP");
      if ((await rolePolicyOf(tool())) !== policy) return true;
      child.kill("SIGCONT");
      return false;
    });
    child.kill("SIGKILL");
    await ended;
    expect(await rolePolicyOf(tool())).not.toBe(policy);

    const next = await tool().events("plan");
    expect(next.filter(({ type }) => type === "part.on")).toEqual([]);
    const outcome = await tool().cli("verify", "s3", "--json");
    const events = parseEvents(outcome.stdout);
    const restored = events.flatMap((event) => (event.type === "part.on" ? [event.part.en] : []));
    expect(restored).toContain(`rights of the role ${tool().stack}-host (lecture05-bucket)`);
    expect(events.findIndex(({ type }) => type === "part.on")).toBeLessThan(
      events.findIndex(({ type }) => type === "run.started"),
    );
    expect(outcome.code, outcome.stdout).toBe(0);
    expect(await rolePolicyOf(tool())).toBe(policy);
    expect(await standing(tool())).toEqual(before);
    expect((await tool().events("verify", "s3")).filter(({ type }) => type === "part.on")).toEqual([]);
  });
}

/** Per step: what was off and on when, and the checks that are made only by breaking; all of them hold. */
function story(events: readonly EngineEvent[]): string[][] {
  const lines: string[][] = [];
  for (const event of events) {
    const line = lines.at(-1);
    if (event.type === "step.started") lines.push([event.step]);
    if (event.type === "part.off") line?.push("off");
    if (event.type === "part.on") line?.push("on");
    if (event.type === "check" && line && line.length > 1) line.push(event.check.name);
    if (event.type === "check") expect(event.check.ok, JSON.stringify(event.check)).toBe(true);
    if (event.type === "step.finished" && event.outcome === "superseded") line?.push(`superseded by ${event.by}`);
  }
  expect(lines).toHaveLength(lectureSteps.length);
  return lines;
}

function seen(child: ChildProcess, type: EngineEvent["type"]): Promise<void> {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (part: Buffer) => {
      text += part.toString();
      if (text.includes(`{"type":"${type}"`)) resolve();
    });
    child.once("close", () => reject(new Error(`the command ended without ${type}`)));
  });
}

const nginx = async (tool: InstalledPackage): Promise<string> =>
  (await onHost(await stackOf(tool), "systemctl is-active nginx || true")).trim();

async function until(look: () => Promise<boolean>, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline;) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("waited in vain");
}
