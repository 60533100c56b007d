import { describe, expect, it } from "vitest";
import { parseEvents, type InstalledPackage } from "../support/installed-package.ts";
import { deregisterTarget } from "../support/stack-aws.ts";
import { carryOut, onHost } from "../support/stack.ts";
import { assetsProvocations } from "./diagnose/assets.ts";
import { databaseProvocations } from "./diagnose/database.ts";
import { current, restartPuma } from "./diagnose/provocation.ts";
import { pumaProvocations } from "./diagnose/puma.ts";
import { railsProvocations } from "./diagnose/rails.ts";
import { look } from "./diagnose/run-provocation.ts";
import { socketProvocations } from "./diagnose/socket.ts";
import { maintenance } from "./maintenance.ts";
import { diagnoseSuite } from "./diagnose/suite.ts";

const { stack, provoke } = diagnoseSuite("e2e-diagnose-app", [
  ["Puma", pumaProvocations],
  ["Rails", railsProvocations],
  ["database", databaseProvocations],
  ["assets", assetsProvocations],
]);

describe("beyond single faults", () => {
  const noDirectory = socketProvocations.find(({ code }) => code === "SOCKET_DIRECTORY_CLOSED");
  const noTable = databaseProvocations.find(({ code }) => code === "DATABASE_TABLE_MISSING");

  it("names the first of two on the way, and the second after its fix", async () => {
    if (!noDirectory || !noTable?.restore) throw new Error("the tables have changed");
    await carryOut(noDirectory.breakIt, stack());
    await carryOut(noTable.breakIt, stack());
    const { code, verdicts } = await look(stack().tool, "--fix");
    await carryOut(noTable.restore, stack());
    expect(verdicts.map((verdict) => verdict.code)).toEqual(["SOCKET_DIRECTORY_CLOSED", "DATABASE_TABLE_MISSING"]);
    expect(code).toBe(1);
    expect((await look(stack().tool)).code).toBe(0);
  });

  it("says that it does not know, and what it saw, when the table does not have it", async () => {
    const controller = `${current}/app/controllers/fruits_controller.rb`;
    await onHost(
      stack(),
      `cp -p ${controller} /root/controller.kept && sed -i '/def index/a raise "overripe"' ${controller} && ${restartPuma}`,
    );
    const { code, verdicts, applied } = await look(stack().tool, "--fix");
    await onHost(stack(), `cp -p /root/controller.kept ${controller} && ${restartPuma}`);
    expect(verdicts).toMatchObject([{ layer: "rails", code: "UNKNOWN", fix: { commands: [], automatic: false } }]);
    expect(verdicts[0]?.evidence.map(({ line }) => line).join("\n")).toContain("overripe");
    expect(applied).toEqual([]);
    expect(code).toBe(1);
    expect((await look(stack().tool)).code).toBe(0);
  });

  it("speaks under the check that failed, and in Japanese", async () => {
    await onHost(stack(), "systemctl stop puma");
    const events = parseEvents((await stack().tool.cli("verify", "nginx-puma", "--json")).stdout);
    const types = events.map(({ type }) => type);
    expect(events.find(({ type }) => type === "diagnosis")).toMatchObject({ step: "nginx-puma", code: "PUMA_STOPPED" });
    expect(types.indexOf("diagnosis")).toBeLessThan(types.lastIndexOf("step.finished"));
    const japanese = await stack().tool.cli("diagnose", "--fix", "--lang", "ja");
    expect(japanese.stdout).toMatch(/✗ puma {2}PUMA_STOPPED\n {4}原因: Puma が停止しています[^]*✓ NOTHING_WRONG/);
    expect(japanese.code).toBe(0);
    // The check that failed is recorded as such until it is made again.
    await stack().tool.ok("verify", "nginx-puma");
  });

  it("ends a wait that is in vain, and does not begin it a second time", async () => {
    await onHost(stack(), "systemctl stop nginx");
    await deregisterTarget(stack());
    const [first, second] = [await timed(stack().tool, "up"), await timed(stack().tool, "up")];
    for (const { outcome } of [first, second]) {
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toContain('"code":"NGINX_STOPPED"');
    }
    // Without a look the wait takes three minutes.
    expect(first.ms).toBeLessThan(60_000);
    expect(second.ms).toBeLessThan(first.ms);
    process.stdout.write(`in vain: ${(first.ms / 1000).toFixed(1)} s, again: ${(second.ms / 1000).toFixed(1)} s\n`);
    expect((await look(stack().tool, "--fix")).code).toBe(0);
    expect((await stack().tool.cli("up")).code).toBe(0);
  });
});

maintenance(stack, provoke);

async function timed(tool: InstalledPackage, ...args: string[]) {
  const startedAt = performance.now();
  const outcome = await tool.cli(...args, "--json");
  return { outcome, ms: performance.now() - startedAt };
}
