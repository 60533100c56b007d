import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InstalledPackage, parseEvents } from "../support/installed-package.ts";
import { assetsProvocations } from "./diagnose/assets.ts";
import { databaseProvocations } from "./diagnose/database.ts";
import { edgeProvocations } from "./diagnose/edge.ts";
import {
  certificateProvocations,
  curl,
  httpsBreakages,
  httpsProvocations,
  importCertificate,
  issuedCertificate,
  listenersOf,
  statusOfCertificate,
  type IssuedCertificate,
} from "./diagnose/https.ts";
import { instanceProvocations } from "./diagnose/instance.ts";
import { nginxProvocations } from "./diagnose/nginx.ts";
import {
  carryOut,
  createStack,
  current,
  keepHealthy,
  restartPuma,
  type Provocation,
  type Stack,
} from "./diagnose/provocation.ts";
import { pumaProvocations } from "./diagnose/puma.ts";
import { railsProvocations } from "./diagnose/rails.ts";
import { look, provoke } from "./diagnose/run-provocation.ts";
import { socketProvocations } from "./diagnose/socket.ts";
import { storageProvocations } from "./diagnose/storage.ts";

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

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-diagnose");
  await tool.ok("up");
  const { hosts, resources } = JSON.parse(await tool.ok("status", "--json")) as {
    hosts: { instanceId: string }[];
    resources: { type: string; id: string }[];
  };
  stack = createStack(tool, {
    instanceId: hosts[0]?.instanceId ?? "",
    bucket: resources.find(({ type }) => type === "s3:bucket")?.id ?? "",
  });
  await tool.onHost(keepHealthy);
});

afterAll(async () => {
  const sorted = verdictMs.toSorted((a, b) => a - b);
  const at = (part: number): string => ((sorted[Math.floor((sorted.length - 1) * part)] ?? NaN) / 1000).toFixed(1);
  process.stdout.write(`${sorted.length} verdicts: median ${at(0.5)} s, 90 % ${at(0.9)} s, longest ${at(1)} s\n`);
  await tool.remove();
});

describe("a healthy stack", () => {
  it("raises no false alarm in 20 runs, and nothing is left behind", async () => {
    const before = await left();
    for (let run = 0; run < 20; run++) {
      const { code, verdicts, stderr } = await look(tool);
      expect(
        verdicts.map((verdict) => verdict.code),
        stderr,
      ).toEqual(["NOTHING_WRONG"]);
      expect(code).toBe(0);
      expect(verdicts[0]).toMatchObject({ layer: "none", evidence: [], fix: { commands: [], automatic: false } });
    }
    expect(await left()).toEqual(before);
  });
});

/** What a diagnosis could have left: records, objects and their versions, restarts. */
async function left(): Promise<unknown> {
  const records = await tool.onHost(
    "sqlite3 /var/lib/lecture05/database/production.sqlite3 'SELECT count(*) FROM fruits; SELECT count(*) FROM active_storage_blobs'",
  );
  const units = await tool.onHost("systemctl show -p InvocationID puma nginx");
  const { Versions = [], DeleteMarkers = [] } = await stack.aws<{ Versions?: object[]; DeleteMarkers?: object[] }>(
    "s3api",
    "list-object-versions",
    "--bucket",
    stack.bucket,
    "--prefix",
    "lecture05-diagnose/",
  );
  return { records, units, versions: Versions.length, markers: DeleteMarkers.length };
}

describe.each(tables)("%s", (_name, provocations) => {
  it.each(provocations)("$code when $what", async (provocation) => {
    verdictMs.push(await provoke(stack, provocation));
  });
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
    await tool.onHost(
      `cp -p ${controller} /root/controller.kept && sed -i '/def index/a raise "overripe"' ${controller} && ${restartPuma}`,
    );
    const { code, verdicts, applied } = await look(tool, "--fix");
    await tool.onHost(`cp -p /root/controller.kept ${controller} && ${restartPuma}`);
    expect(verdicts).toMatchObject([{ layer: "rails", code: "UNKNOWN", fix: { commands: [], automatic: false } }]);
    expect(verdicts[0]?.evidence.map(({ line }) => line).join("\n")).toContain("overripe");
    expect(applied).toEqual([]);
    expect(code).toBe(1);
    expect((await look(tool)).code).toBe(0);
  });

  it("speaks under the check that failed, and in Japanese", async () => {
    await tool.onHost("systemctl stop puma");
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
    await tool.onHost("systemctl stop nginx");
    await stack.aws(
      "elbv2",
      "deregister-targets",
      "--target-group-arn",
      await targetGroupArn(),
      "--targets",
      `Id=${stack.instanceId},Port=80`,
    );
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

/** Last, because it changes what the stack is. */
describe("HTTPS", () => {
  const name = "own.example.test";
  let issued: IssuedCertificate;
  let own = "";

  it("is put in front in place, and an ordinary client comes by it", async () => {
    const before = await listenersOf(tool);
    issued = await issuedCertificate(tool);
    await tool.ok("up", "--certificate", issued.arn);
    const listeners = await listenersOf(tool);
    expect(listeners.get(80)?.ListenerArn).toBe(before.get(80)?.ListenerArn);
    expect(listeners.get(443)?.SslPolicy).toBe("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09");
    const { url, steps } = JSON.parse(await tool.ok("status", "--json")) as {
      url: string;
      steps: { checks: { name: string; ok: boolean }[] }[];
    };
    expect(url).toMatch(/^https:/);
    expect(steps.flatMap(({ checks }) => checks).filter(({ ok }) => !ok)).toEqual([]);
    expect(await curl(tool, issued, `https://${issued.domain}/`)).toBe("200");
    const [page, query] = ["/fruits/new", "?a=b&c=d"];
    expect(await curl(tool, issued, `http://${issued.domain}${page}${query}`)).toBe(
      `301 https://${issued.domain}:443${page}${query}`,
    );
    await tool.ok("verify");
  });

  it("is kept by an `up` that does not name it", async () => {
    const outcomes = (await tool.events("up")).flatMap((event) =>
      event.type === "step.finished" ? event.outcome : [],
    );
    expect(new Set(outcomes)).toEqual(new Set(["up-to-date"]));
    expect((await look(tool)).verdicts.map(({ code }) => code)).toEqual(["NOTHING_WRONG"]);
  });

  it.each(httpsBreakages)("$check fails with $what", async ({ check, breakIt, repair }) => {
    await breakIt(tool);
    const { stdout, code } = await tool.cli("verify", "alb", "--json");
    await repair(tool);
    const failed = parseEvents(stdout).flatMap((event) =>
      event.type === "check" && !event.check.ok ? [event.check.name] : [],
    );
    expect(failed).toContain(check);
    expect(code).toBe(1);
    await tool.ok("verify", "alb");
  });

  it.each(httpsProvocations)("$code when $what", async (provocation) => {
    verdictMs.push(await provoke(stack, provocation));
  });

  it("changes to another certificate in place", async () => {
    const before = await listenersOf(tool);
    own = await importCertificate(tool, { name });
    await tool.ok("up", "--certificate", own);
    const after = await listenersOf(tool);
    expect(after.get(443)?.ListenerArn).toBe(before.get(443)?.ListenerArn);
    expect(after.get(443)?.Certificates).toEqual([{ CertificateArn: own }]);
    expect(await statusOfCertificate(tool, issued.arn)).toEqual({ status: "ISSUED", users: 0 });
  });

  it.each(certificateProvocations(() => own, name))("$code when $what", async (provocation) => {
    verdictMs.push(await provoke(stack, provocation));
  });

  it("refuses a certificate that would not work, before anything is changed", async () => {
    const nowhere = issued.arn.replace(/[^/]*$/, "nowhere");
    expect(await tool.cli("up", "--certificate", nowhere)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("CERTIFICATE_UNUSABLE") as string,
    });
    expect((await tool.cli("up", "--certificate", own.replace("ap-northeast-1", "us-east-1"))).code).toBe(2);
    expect((await listenersOf(tool)).get(443)?.Certificates).toEqual([{ CertificateArn: own }]);
  });

  it("is taken away again, and the certificate stays", async () => {
    await tool.ok("up", "--certificate", "none");
    expect([...(await listenersOf(tool)).keys()]).toEqual([80]);
    const { url } = JSON.parse(await tool.ok("status", "--json")) as { url: string };
    expect((await fetch(url, { redirect: "manual" })).status).toBe(200);
    await tool.ok("up", "--certificate", own);
    await tool.ok("destroy", "--yes");
    // The sandbox stopped with its last stack.
    await tool.ok("sandbox", "start");
    expect(await statusOfCertificate(tool, own)).toEqual({ status: "ISSUED", users: 0 });
  });
});

async function targetGroupArn(): Promise<string> {
  const { TargetGroups } = await stack.aws<{ TargetGroups: { TargetGroupArn: string }[] }>(
    "elbv2",
    "describe-target-groups",
  );
  return TargetGroups[0]?.TargetGroupArn ?? "";
}

async function timed(...args: string[]) {
  const startedAt = performance.now();
  const outcome = await tool.cli(...args, "--json");
  return { outcome, ms: performance.now() - startedAt };
}
