import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InstalledPackage, parseEvents } from "../support/installed-package.ts";
import { deregisterTarget, toS3 } from "../support/stack-aws.ts";
import { carryOut, onHost, stackOf, type Stack } from "../support/stack.ts";
import { assetsProvocations } from "./diagnose/assets.ts";
import { databaseProvocations } from "./diagnose/database.ts";
import { edgeProvocations } from "./diagnose/edge.ts";
import { instanceProvocations } from "./diagnose/instance.ts";
import { nginxProvocations } from "./diagnose/nginx.ts";
import { current, keepHealthy, restartPuma, type Provocation } from "./diagnose/provocation.ts";
import { pumaProvocations } from "./diagnose/puma.ts";
import { railsProvocations } from "./diagnose/rails.ts";
import { look, provoke } from "./diagnose/run-provocation.ts";
import { socketProvocations } from "./diagnose/socket.ts";
import { storageProvocations } from "./diagnose/storage.ts";
import { https } from "./https.ts";

const tables: readonly (readonly [string, readonly Provocation[]])[] = [
  ["load balancer, groups, routes, targets", edgeProvocations],
  ["instance and host", instanceProvocations],
  ["Nginx", nginxProvocations],
  ["socket", socketProvocations],
  ["Puma", pumaProvocations],
  ["Rails", railsProvocations],
  ["database", databaseProvocations],
  ["assets", assetsProvocations],
  ["pictures and S3", storageProvocations],
];

let stack: Stack;
let tool: InstalledPackage;
/** How long each first verdict took, from the start of the process. */
const verdictMs: number[] = [];
/** Runs of their own on a stack that was well or had been put right; each had to say so, or its test failed. */
let healthyRuns = 0;

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-diagnose");
  await tool.ok("up");
  stack = await stackOf(tool);
  await onHost(stack, keepHealthy);
});

afterAll(async () => {
  const sorted = verdictMs.toSorted((a, b) => a - b);
  const at = (part: number): string => ((sorted[Math.floor((sorted.length - 1) * part)] ?? NaN) / 1000).toFixed(1);
  process.stdout.write(`${sorted.length} verdicts: median ${at(0.5)} s, 90 % ${at(0.9)} s, longest ${at(1)} s\n`);
  await tool.remove();
});

describe("a healthy stack", () => {
  it("raises no alarm, and nothing is left behind", async () => {
    const before = await left();
    for (let run = 0; run < 5; run++) {
      const { code, verdicts, stderr } = await look(tool);
      expect(
        verdicts.map((verdict) => verdict.code),
        stderr,
      ).toEqual(["NOTHING_WRONG"]);
      expect(code).toBe(0);
      expect(verdicts[0]).toMatchObject({ layer: "none", evidence: [], fix: { commands: [], automatic: false } });
      healthyRuns += 1;
    }
    expect(await left()).toEqual(before);
  });
});

/** What a diagnosis could have left: records, objects and their versions, restarts. */
async function left(): Promise<unknown> {
  const records = await onHost(
    stack,
    "sqlite3 /var/lib/lecture05/database/production.sqlite3 'SELECT count(*) FROM fruits; SELECT count(*) FROM active_storage_blobs'",
  );
  const units = await onHost(stack, "systemctl show -p InvocationID puma nginx");
  const request = new ListObjectVersionsCommand({ Bucket: stack.bucket, Prefix: "lecture05-diagnose/" });
  const { Versions = [], DeleteMarkers = [] } = await (await toS3(stack)).send(request);
  return { records, units, versions: Versions.length, markers: DeleteMarkers.length };
}

const provokeAndTime = async (provocation: Provocation): Promise<void> => {
  const seen = await provoke(stack, provocation);
  verdictMs.push(seen.firstVerdictMs);
  healthyRuns += seen.healthyRuns;
};

describe.each(tables)("%s", (_name, provocations) => {
  it.each(provocations)("$code when $what", provokeAndTime);
});

describe("beyond single faults", () => {
  const noDirectory = socketProvocations.find(({ code }) => code === "SOCKET_DIRECTORY_CLOSED");
  const noTable = databaseProvocations.find(({ code }) => code === "DATABASE_TABLE_MISSING");

  it("names the first of two on the way, and the second after its fix", async () => {
    if (!noDirectory || !noTable?.restore) throw new Error("the tables have changed");
    await carryOut(noDirectory.breakIt, stack);
    await carryOut(noTable.breakIt, stack);
    const { code, verdicts } = await look(tool, "--fix");
    await carryOut(noTable.restore, stack);
    expect(verdicts.map((verdict) => verdict.code)).toEqual(["SOCKET_DIRECTORY_CLOSED", "DATABASE_TABLE_MISSING"]);
    expect(code).toBe(1);
    expect((await look(tool)).code).toBe(0);
  });

  it("says that it does not know, and what it saw, when the table does not have it", async () => {
    const controller = `${current}/app/controllers/fruits_controller.rb`;
    await onHost(
      stack,
      `cp -p ${controller} /root/controller.kept && sed -i '/def index/a raise "overripe"' ${controller} && ${restartPuma}`,
    );
    const { code, verdicts, applied } = await look(tool, "--fix");
    await onHost(stack, `cp -p /root/controller.kept ${controller} && ${restartPuma}`);
    expect(verdicts).toMatchObject([{ layer: "rails", code: "UNKNOWN", fix: { commands: [], automatic: false } }]);
    expect(verdicts[0]?.evidence.map(({ line }) => line).join("\n")).toContain("overripe");
    expect(applied).toEqual([]);
    expect(code).toBe(1);
    expect((await look(tool)).code).toBe(0);
  });

  it("speaks under the check that failed, and in Japanese", async () => {
    await onHost(stack, "systemctl stop puma");
    const events = parseEvents((await tool.cli("verify", "nginx-puma", "--json")).stdout);
    const types = events.map(({ type }) => type);
    expect(events.find(({ type }) => type === "diagnosis")).toMatchObject({ step: "nginx-puma", code: "PUMA_STOPPED" });
    expect(types.indexOf("diagnosis")).toBeLessThan(types.lastIndexOf("step.finished"));
    const japanese = await tool.cli("diagnose", "--fix", "--lang", "ja");
    expect(japanese.stdout).toMatch(/✗ puma {2}PUMA_STOPPED\n {4}原因: Puma が停止しています[^]*✓ NOTHING_WRONG/);
    expect(japanese.code).toBe(0);
    // The check that failed is recorded as such until it is made again.
    await tool.ok("verify", "nginx-puma");
  });

  it("ends a wait that is in vain, and does not begin it a second time", async () => {
    await onHost(stack, "systemctl stop nginx");
    await deregisterTarget(stack);
    const [first, second] = [await timed("up"), await timed("up")];
    for (const { outcome } of [first, second]) {
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toContain('"code":"NGINX_STOPPED"');
    }
    // Without a look the wait takes three minutes.
    expect(first.ms).toBeLessThan(60_000);
    expect(second.ms).toBeLessThan(first.ms);
    process.stdout.write(`in vain: ${(first.ms / 1000).toFixed(1)} s, again: ${(second.ms / 1000).toFixed(1)} s\n`);
    expect((await look(tool, "--fix")).code).toBe(0);
    expect((await tool.cli("up")).code).toBe(0);
  });
});

it("has raised no false alarm in 20 healthy runs and more", () => {
  process.stdout.write(`${healthyRuns} healthy runs, no false alarm\n`);
  expect(healthyRuns).toBeGreaterThanOrEqual(20);
});

https(() => stack, provokeAndTime);

async function timed(...args: string[]) {
  const startedAt = performance.now();
  const outcome = await tool.cli(...args, "--json");
  return { outcome, ms: performance.now() - startedAt };
}
