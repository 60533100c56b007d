import { expect, it } from "vitest";
import type { DrillFigures } from "../../src/drill/figures.ts";
import { collect, type InstalledPackage } from "../support/installed-package.ts";
import { standing } from "../support/standing.ts";

/**
 * Tests of `drill` on a stack of one host that stands whole; they leave it as they found it. Registered by the file
 * that owns the stack.
 */
export function drills(tool: () => InstalledPackage): void {
  it.each([
    // Rails is back within five seconds, but not where other stacks want the same processors.
    ["puma", 10, 40],
    ["nginx", 20, 15],
  ])("kills %s under load, and systemd brings it back", async (kind, rate, seconds) => {
    const before = await calm();
    const figures = await drill(kind, "--rate", `${rate}`, "--seconds", `${seconds}`);
    process.stdout.write(`drill ${kind}: ${JSON.stringify(figures)}\n`);
    expect(figures.requests).toBe(rate * seconds);
    // Nginx is back before the load balancer has tried a second time; Rails takes longer than anybody waits.
    if (kind === "puma") expect(figures.failed).toBeGreaterThan(0);
    expect(Object.values(figures.failures).reduce((a, b) => a + b, 0)).toBe(figures.failed);
    expect(figures.replacedMs).toBeGreaterThan(0);
    // The page is away as long as the process, give or take the moment until systemd knows that it is ready.
    expect(figures.longestGapMs).toBeGreaterThan((figures.replacedMs ?? Number.NaN) / 2);
    expect(figures.healthyAgainMs).toBeGreaterThanOrEqual(figures.replacedMs ?? Number.NaN);
    expect(await calm()).toEqual(before);
  });

  it("stops the only host: nobody replaces it, so it is started again", async () => {
    const figures = await drill("host", "--rate", "10", "--seconds", "30");
    process.stdout.write(`drill host: ${JSON.stringify(figures)}\n`);
    expect(figures.replacedMs).toBeNull();
    expect(figures.outOfRotationMs).toBeGreaterThan(0);
    expect(figures.healthyAgainMs).toBeGreaterThan(figures.outOfRotationMs ?? Number.NaN);
    expect(figures.failed).toBeGreaterThan(0);
    await tool().ok("verify");
  });

  it("starts the host again on Ctrl-C, before it ends", async () => {
    const child = tool().start(["drill", "host", "--rate", "5", "--seconds", "60"]);
    const ended = collect(child);
    let told = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      const before = told;
      told += chunk.toString();
      // Once: a second Ctrl-C would not wait for the host.
      if (told.includes("off for a moment") && !before.includes("off for a moment")) child.kill("SIGINT");
    });
    const { code, stdout, stderr } = await ended;
    expect(code, stdout + stderr).toBe(130);
    expect(stderr).toContain("restored: the host");
    expect(stderr).toContain("it begins anew");
    await tool().ok("verify");
  });

  /** But for systemd's count of crashes, which is the truth now. */
  async function calm(): Promise<Record<string, unknown>> {
    const { host, ...rest } = await standing(tool());
    return { host: String(host).replaceAll(/NRestarts=\d+/g, "NRestarts=N"), ...rest };
  }

  async function drill(...words: string[]): Promise<DrillFigures> {
    const { code, stdout, stderr } = await tool().cli("drill", ...words, "--json");
    expect(code, stdout + stderr).toBe(0);
    return JSON.parse(stdout) as DrillFigures;
  }
}
