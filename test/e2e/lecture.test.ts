import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { stepNames, type StepName } from "../../src/steps/names.ts";
import { randomPng } from "../../src/steps/s3/test-image.ts";
import { PageClient } from "../../src/steps/s3/page-client.ts";
import { createHttp } from "../../src/aws/http.ts";
import { plantedEnvironment } from "../faults/secrets/planted.ts";
import { openTo } from "../support/secret-scan.ts";
import { searchForSecrets } from "./secrets.ts";
import { InstalledPackage, parseEvents } from "../support/installed-package.ts";
import {
  aws,
  copyToHost,
  ec2Breakages,
  fullBreakages,
  nginxBreakages,
  pumaBreakages,
  type Breakage,
  type BreakageContext,
} from "../support/breakages.ts";
import { fullPathBreakages, nginxPathBreakages, pumaPathBreakages } from "../support/path-breakages.ts";
import { drills } from "./drills.ts";
import { handIn, handInFromRecords } from "./hand-in.ts";
import { livePage } from "./live-page.ts";
import { verifyAndBreak } from "./verify-break.ts";

const run = promisify(execFile);

interface Status {
  url: string;
  steps: {
    name: StepName;
    status: string;
    durationMs?: number;
    checks: { name: string; ok: boolean; observed: string }[];
  }[];
  hosts: { instanceId: string; privateIp: string; availabilityZone: string }[];
  resources: { type: string; id: string }[];
  modules: { name: string; version: string; manager: string; requested: boolean; step: string; instanceId: string }[];
}

let tool: InstalledPackage;
const status = async (): Promise<Status> => JSON.parse(await tool.ok("status", "--json")) as Status;

/** Lines of the daemon's request log from one place on. */
function requestsSince(mark: number): { operation: string; mutating: boolean }[] {
  const lines = readFileSync(join(tool.sandboxHome, "requests.ndjson"), "utf8").trim().split("\n");
  return lines.slice(mark).map((line) => JSON.parse(line) as { operation: string; mutating: boolean });
}

beforeAll(async () => {
  tool = await InstalledPackage.install("e2e-lecture", plantedEnvironment);
});

afterAll(async () => {
  await tool.remove();
});

/** The whole lecture on real hosts, with the packed package, outside the clone. The tests build on each other in order. */
describe("the lecture", () => {
  it("shows Puma alone first, and says which step a later one needs", async () => {
    expect(outcomes(await tool.events("up", "--to", "puma"))).toEqual([
      ["ec2", "done"],
      ["puma", "done"],
    ]);
    const refused = await tool.cli("step", "nginx");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("puma-socket");
  });

  it("passes the application's own tests with the gems of the host", async () => {
    const { hosts } = await status();
    // The tests do not travel with the application: bring them beside a copy of what was deployed.
    await copyToHost(
      hosts[0]?.instanceId ?? "",
      fileURLToPath(new URL("../../app/test", import.meta.url)),
      "/var/tmp/app-tests",
    );
    const output = await tool.onHost(`
      rm -rf /var/tmp/app-check && cp -rL /opt/lecture05/current /var/tmp/app-check && cp -r /var/tmp/app-tests /var/tmp/app-check/test
      mkdir -p /var/tmp/app-check/storage && chown -R app:app /var/tmp/app-check && cd /var/tmp/app-check
      runuser -u app -- env HOME=/var/tmp/app-check RAILS_ENV=test CI=1 sh -c 'bin/rails db:schema:load && bin/rails test' 2>&1
      rm -rf /var/tmp/app-check /var/tmp/app-tests`);
    const [, runs, failures, errors, skips] =
      /(\d+) runs, \d+ assertions, (\d+) failures, (\d+) errors, (\d+) skips/.exec(output) ?? [];
    expect([failures, errors, skips], output).toEqual(["0", "0", "0"]);
    expect(Number(runs)).toBeGreaterThan(15);
  });

  breakEach([...ec2Breakages, ...pumaBreakages, ...pumaPathBreakages]);

  it("shows Nginx alone next", async () => {
    expect(outcomes(await tool.events("up", "--to", "nginx"))).toEqual([
      ["ec2", "up-to-date"],
      ["puma", "up-to-date"],
      ["puma-socket", "done"],
      ["nginx", "done"],
    ]);
  });

  breakEach([...nginxBreakages, ...nginxPathBreakages]);

  it("reaches the page behind the load balancer", async () => {
    await tool.events("up", "--access-logs");
    const { steps, url } = await status();
    expect(steps.map(({ name, status: state }) => [name, state])).toEqual(stepNames.map((name) => [name, "done"]));
    expect(steps.flatMap(({ checks }) => checks).filter(({ ok }) => !ok)).toEqual([]);
    for (const { name, checks } of steps) expect(checks.length, name).toBeGreaterThan(0);
    process.stdout.write(
      `${steps.map(({ name, durationMs = 0 }) => `${name} ${(durationMs / 1000).toFixed(1)} s`).join(", ")}\n`,
    );

    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<dd>i-");
  });

  it("records the modules at the versions that the host's package managers report", async () => {
    const { modules } = await status();
    const find = (manager: string, name: string) =>
      modules.find((module) => module.manager === manager && module.name === name);
    const nginx = (await tool.onHost("dpkg-query -W -f '${Version}' nginx")).trim();
    expect(find("apt", "nginx")).toMatchObject({ version: nginx, requested: true, step: "nginx" });
    const gems = await tool.onHost("cd /opt/lecture05/current && bundle list");
    for (const name of ["rails", "puma"]) {
      const version = new RegExp(`\\* ${name} \\(([^)]+)\\)`).exec(gems)?.[1];
      expect(find("gem", name)).toMatchObject({ version, requested: true, step: "puma" });
    }
    // Pulled in by Nginx and by Rails, asked for by nobody.
    expect(find("apt", "nginx-common")).toMatchObject({ requested: false, step: "nginx" });
    expect(find("gem", "actionpack")).toMatchObject({ requested: false, step: "puma" });
  });

  it("stores an uploaded picture in the bucket, as an independent client sees it", async () => {
    const { url, resources } = await status();
    const bucket = resources.find(({ type }) => type === "s3:bucket")?.id ?? "";
    const image = Buffer.from(randomPng());
    const page = new PageClient(createHttp(), url);
    const created = await page.submit("/fruits/new", "/fruits", {
      "fruit[name]": "りんご & co",
      "fruit[description]": "",
      "fruit[picture]": { fileName: "apple.png", contentType: "image/png", bytes: image },
    });
    expect(created.status).toBe(303);

    const listed = JSON.parse(await aws(tool, "s3api", "list-objects-v2", "--bucket", bucket)) as {
      Contents: { Key: string }[];
    };
    const copies: Buffer[] = [];
    for (const { Key } of listed.Contents.filter(({ Key: key }) => !key.startsWith("logs/"))) {
      const file = join(tool.root, "copy");
      await aws(tool, "s3api", "get-object", "--bucket", bucket, "--key", Key, file);
      copies.push(readFileSync(file));
    }
    expect(copies.some((copy) => copy.equals(image))).toBe(true);
  });

  it("looks right to a person with a browser", async () => {
    const { url } = await status();
    const picture = join(tool.root, "pear.png");
    writeFileSync(picture, randomPng(400, 300));
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
      ],
    });
    try {
      const page = await browser.newPage({ locale: "ja-JP", viewport: { width: 390, height: 844 } });
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("requestfailed", (request) => problems.push(`${request.url()} ${request.failure()?.errorText}`));
      await page.goto(`${url}/fruits/new`);
      await page.getByLabel("名前").fill("洋梨");
      await page.getByLabel("画像").setInputFiles(picture);
      await page.getByRole("button", { name: "保存" }).click();
      await page.getByRole("heading", { name: "洋梨" }).waitFor();
      // Going on before its picture has come would break the request off.
      await page.waitForLoadState("networkidle");
      await page.goto(url);
      const thumbnail = page.getByRole("img", { name: "洋梨" });
      await thumbnail.waitFor();
      await page.waitForLoadState("networkidle");
      expect(await thumbnail.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(
        320,
      );
      // Nothing is wider than a phone.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      await page.getByRole("listitem").filter({ hasText: "洋梨" }).getByRole("button", { name: "削除" }).click();
      await page.getByRole("status").waitFor();
      expect(await page.getByRole("img", { name: "洋梨" }).count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  livePage(() => tool);

  handIn(() => tool);

  it("changes nothing the second time", async () => {
    const mark = requestsSince(0).length;
    const startedAt = performance.now();
    const events = await tool.events("up");
    process.stdout.write(`second up: ${((performance.now() - startedAt) / 1000).toFixed(2)} s\n`);
    expect(events.flatMap((event) => (event.type === "step.finished" ? [event.outcome] : []))).toEqual(
      stepNames.map(() => "up-to-date"),
    );
    const requests = requestsSince(mark);
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter(({ mutating }) => mutating)).toEqual([]);
  });

  it("writes every AWS call and remote command into the work log", async () => {
    const log = readFileSync(join(tool.stateDirectory, "worklog.ndjson"), "utf8");
    const entries = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const operations = new Set(entries.flatMap((entry) => (entry.kind === "aws" ? [entry.operation] : [])));
    for (const operation of ["CreateVpc", "RunInstances", "SendCommand", "CreateLoadBalancer", "CreateBucket"]) {
      expect(operations).toContain(operation);
    }
    const scripts = new Set(entries.flatMap((entry) => (entry.kind === "remote" ? [entry.script] : [])));
    for (const script of ["install-ruby", "install-gems", "put-nginx-before-puma", "configure-s3"])
      expect(scripts).toContain(script);
  });

  it("passes output and exit code of a command on", async () => {
    const outcome = await tool.cli("exec", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
    expect(outcome).toMatchObject({ code: 7, stdout: "out\n" });
    expect(outcome.stderr).toContain("err");
  });

  it("reads the access logs back, without the signatures that addresses hold, and no cookie", async () => {
    const { url } = await status();
    const [mark, signature, session] = [8, 32, 32].map((size) => randomBytes(size).toString("hex"));
    await fetch(`${url}/up?${mark}&X-Amz-Signature=${signature}`, { headers: { cookie: `_session=${session}` } });
    let log = "";
    for (const deadline = Date.now() + 30_000; Date.now() < deadline && !log.includes(`${mark}`);) {
      log = await tool.ok("logs", "--access", "--since", "1h", "--json");
    }
    const lines = log.trim().split("\n");
    const line = lines.find((it) => it.includes(`${mark}`)) ?? "";
    expect((JSON.parse(line) as { line: string }).line).toContain(
      `"GET http://${new URL(url).hostname}:80/up?${mark}&X-Amz-Signature=[redacted] HTTP/1.1"`,
    );
    expect(log).not.toContain(signature);
    expect(log).not.toContain(session);
    const seen = lines.map((it) => JSON.parse(it) as { time: string; kind: string });
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(["alb", "s3"]));
    expect(seen.map(({ time }) => time)).toEqual(seen.map(({ time }) => time).toSorted());
  });

  verifyAndBreak(() => tool);

  drills(() => tool);

  breakEach([...fullBreakages, ...fullPathBreakages]);

  it("rebuilds a lost state from tags and hosts, and the next up changes nothing", async () => {
    const facts = ({ url, hosts, resources, modules, steps }: Status): object => ({
      url,
      hosts,
      resources: resources.map(({ type, id }) => `${type} ${id}`).toSorted(),
      modules: modules.map((it) => [it.instanceId, it.manager, it.name, it.version, it.step].join(" ")).toSorted(),
      steps: steps.map(({ name, status: state }) => [name, state]),
    });
    const before = await status();
    rmSync(tool.stateDirectory, { recursive: true });
    const asked = await tool.cli("up");
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("lecture05 adopt");
    const startedAt = performance.now();
    await tool.ok("adopt", "--yes");
    process.stdout.write(`adopt: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    const after = await status();
    expect(facts(after)).toEqual(facts(before));
    expect(after.steps.flatMap(({ checks }) => checks).filter(({ ok }) => !ok)).toEqual([]);

    const mark = requestsSince(0).length;
    await tool.ok("up");
    expect(requestsSince(mark).filter(({ mutating }) => mutating)).toEqual([]);
    expect((await fetch(after.url)).status).toBe(200);
  });

  it("deploys a changed application with the next up", async () => {
    const app = join(tool.projectDirectory, "my app");
    await run("cp", ["-R", join(tool.projectDirectory, "node_modules/lecture05/app"), app]);
    const css = join(app, "app/assets/stylesheets/application.css");
    writeFileSync(css, `${readFileSync(css, "utf8")}\n/* changed by the test */\n`);
    const events = await tool.events("up", "--app", app);
    const applied = events.flatMap((event) =>
      event.type === "step.finished" && event.outcome === "done" ? [event.step] : [],
    );
    expect(applied).toEqual(["puma"]);
    const { url } = await status();
    const page = await (await fetch(url)).text();
    const stylesheet = /href="(\/assets\/[^"]+\.css)"/.exec(page)?.[1] ?? "";
    expect(await (await fetch(`${url}${stylesheet}`)).text()).toContain("changed by the test");
  });

  it("has left no secret in any file, stream or process, nor on the host", async () => {
    const startedAt = performance.now();
    const { hosts } = await status();
    expect(await searchForSecrets(tool, hosts[0]?.instanceId ?? "")).toEqual([]);
    expect([...openTo(tool.sandboxHome), ...openTo(tool.stateDirectory)]).toEqual([]);
    process.stdout.write(`search for secrets: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  });

  it("leaves nothing after destroy, and says so", async () => {
    const { daemon } = JSON.parse(await tool.ok("sandbox", "status", "--json")) as { daemon: { pid: number } };
    const outcome = await tool.cli("destroy", "--yes", "--json");
    expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
    const last = parseEvents(outcome.stdout).at(-1) as Extract<EngineEvent, { type: "run.finished" }>;
    expect(last).toMatchObject({ type: "run.finished", outcome: "done", left: 0, kept: [] });
    const certificate = readFileSync(join(last.certificate ?? "", "certificate.json"), "utf8");
    expect(JSON.parse(certificate)).toMatchObject({ result: "0 left, $0.00/h", left: 0, stack: tool.stack });
    const report = JSON.parse(await tool.ok("sandbox", "status", "--json")) as {
      containers: unknown[];
      daemon: unknown;
    };
    expect(report).toMatchObject({ containers: [], daemon: null });
    expect(isRunning(daemon.pid)).toBe(false);
    expect((await status()).steps.map(({ status: state }) => state)).toEqual(stepNames.map(() => "pending"));
  });

  it("is handed in from its records when it is gone", () => handInFromRecords(tool));

  it("is gone without trace after sandbox reset", async () => {
    const id = readFileSync(join(tool.sandboxHome, "sandbox-id"), "utf8");
    await tool.ok("sandbox", "start");
    const { pid } = (JSON.parse(await tool.ok("sandbox", "status", "--json")) as { daemon: { pid: number } }).daemon;
    expect(isRunning(pid)).toBe(true);
    await tool.ok("sandbox", "reset", "--yes");
    expect(existsSync(tool.sandboxHome)).toBe(false);
    const filter = ["--filter", `label=lecture05.sandbox=${id}`, "-q"];
    expect((await run("docker", ["ps", "-a", ...filter])).stdout).toBe("");
    expect((await run("docker", ["network", "ls", ...filter])).stdout).toBe("");
    expect((await run("docker", ["volume", "ls", ...filter])).stdout).toBe("");
    expect(isRunning(pid)).toBe(false);
  });
});

/** Each check is made to fail by breaking what it checks, for real, and holds again after the repair. */
function breakEach(breakages: readonly Breakage[]): void {
  it.each(breakages)(
    "$step: $check fails when $what, and holds again after the repair",
    async ({ step, check, breakIt, repair }) => {
      const context = await breakageContext();
      await breakIt(context);
      try {
        const outcome = await tool.cli("verify", step, "--json");
        expect(outcome.code, outcome.stdout + outcome.stderr).toBe(1);
        expect(failedChecks(parseEvents(outcome.stdout))).toContain(check);
        expect((await status()).steps.find(({ name }) => name === step)?.status).toBe("failed");
      } finally {
        await repair(context);
      }
      const healed = await tool.cli("verify", step, "--json");
      expect(failedChecks(parseEvents(healed.stdout)), healed.stdout).toEqual([]);
      expect(healed.code, healed.stderr).toBe(0);
    },
  );
}

async function breakageContext(): Promise<BreakageContext> {
  const { hosts, resources } = await status();
  const idOf = (type: string): string => resources.find((resource) => resource.type === type)?.id ?? "";
  const filters = [`Name=tag:lecture05:stack,Values=${tool.stack}`, "Name=tag:lecture05:name,Values=host"];
  const groups = JSON.parse(await aws(tool, "ec2", "describe-security-groups", "--filters", ...filters)) as {
    SecurityGroups: { GroupId: string }[];
  };
  return {
    tool,
    instanceId: hosts[0]?.instanceId ?? "",
    hostGroupId: groups.SecurityGroups[0]?.GroupId ?? "",
    bucket: idOf("s3:bucket"),
    targetGroupArn: idOf("elbv2:target-group"),
  };
}

function outcomes(events: readonly EngineEvent[]): [StepName, string][] {
  return events.flatMap((event): [StepName, string][] =>
    event.type === "step.finished" ? [[event.step, event.outcome]] : [],
  );
}

function failedChecks(events: readonly EngineEvent[]): string[] {
  return events.flatMap((event) => (event.type === "check" && !event.check.ok ? [event.check.name] : []));
}

/** A process that has ended stays in the table until its parent asks; it does not run any more. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
