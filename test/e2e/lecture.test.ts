import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { lectureSteps, type StepName } from "../../src/steps/names.ts";
import { plantedEnvironment } from "../faults/secrets/planted.ts";
import { InstalledPackage } from "../support/installed-package.ts";
import { copyToHost, onHost, stackOf, type Stack } from "../support/stack.ts";
import { breakEach } from "./break-each.ts";
import { pairsOf } from "./breakages/breakage.ts";
import { ec2Breakages } from "./breakages/ec2.ts";
import { nginxBreakages } from "./breakages/nginx.ts";
import { pumaBreakages } from "./breakages/puma.ts";
import { s3Breakages } from "./breakages/s3.ts";
import { wholeBreakages } from "./breakages/whole.ts";
import { drills } from "./drills.ts";
import { ending } from "./ending.ts";
import { handIn } from "./hand-in.ts";
import { livePage } from "./live-page.ts";
import { pages } from "./pages.ts";
import { records } from "./records.ts";
import { requestsSince, statusOf } from "./status.ts";
import { verifyAndBreak } from "./verify-break.ts";

/**
 * What cannot be broken on a running stack, or happens only while a step is applied or broken by `verify --break`.
 * `test/steps` makes these fail.
 */
const provedElsewhere = `
  ec2 volume-encrypted
  puma puma-stopped
  puma puma-started
  nginx-puma bad-gateway
  nginx-puma asset-without-puma
  nginx-puma well-again
  nginx-puma nginx-stopped
  nginx-puma puma-without-nginx
  nginx-puma nginx-started
  s3 bucket-encrypted
  s3 load-balancer-logs-on
  s3 bucket-logs-on
  s3 logs-may-be-written
  s3 load-balancer-wrote
  s3 logs-private
  s3 logs-expire
  s3 request-logged`
  .split("\n")
  .map((line) => line.trim());

let tool: InstalledPackage;
let stack: Stack;

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
    stack = await stackOf(tool);
    // The tests do not travel with the application: bring them beside a copy of what was deployed.
    await copyToHost(stack, fileURLToPath(new URL("../../app/test", import.meta.url)), "/var/tmp/app-tests");
    const output = await onHost(
      stack,
      `
      rm -rf /var/tmp/app-check && cp -rL /opt/lecture05/current /var/tmp/app-check && cp -r /var/tmp/app-tests /var/tmp/app-check/test
      mkdir -p /var/tmp/app-check/storage && chown -R app:app /var/tmp/app-check && cd /var/tmp/app-check
      runuser -u app -- env HOME=/var/tmp/app-check RAILS_ENV=test CI=1 sh -c 'bin/rails db:schema:load && bin/rails test' 2>&1
      rm -rf /var/tmp/app-check /var/tmp/app-tests`,
    );
    const [, runs, failures, errors, skips] =
      /(\d+) runs, \d+ assertions, (\d+) failures, (\d+) errors, (\d+) skips/.exec(output) ?? [];
    expect([failures, errors, skips], output).toEqual(["0", "0", "0"]);
    expect(Number(runs)).toBeGreaterThan(15);
  });

  breakEach(() => stack, [...ec2Breakages, ...pumaBreakages]);

  it("shows Nginx alone next", async () => {
    expect(outcomes(await tool.events("up", "--to", "nginx"))).toEqual([
      ["ec2", "up-to-date"],
      ["puma", "up-to-date"],
      ["puma-socket", "done"],
      ["nginx", "done"],
    ]);
  });

  breakEach(() => stack, nginxBreakages);

  it("reaches the page behind the load balancer", async () => {
    await tool.events("up", "--access-logs");
    stack = await stackOf(tool);
    const { steps, url } = await statusOf(tool);
    expect(steps.map(({ name, status: state }) => [name, state])).toEqual(lectureSteps.map((name) => [name, "done"]));
    expect(steps.flatMap(({ checks }) => checks).filter(({ ok }) => !ok)).toEqual([]);
    for (const { name, checks } of steps) expect(checks.length, name).toBeGreaterThan(0);
    process.stdout.write(
      `${steps.map(({ name, durationMs = 0 }) => `${name} ${(durationMs / 1000).toFixed(1)} s`).join(", ")}\n`,
    );

    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<dd>i-");
  });

  it("has stopped Puma many times by now, and systemd never had to kill it", async () => {
    const journal = await onHost(stack, "journalctl --no-pager --unit puma.service");
    expect(journal.match(/Stopped puma\.service/g)?.length ?? 0).toBeGreaterThan(5);
    expect(journal).not.toContain("'stop-sigterm' timed out");
  });

  it("breaks every check for real that can be broken, here or in a test of its step", async () => {
    const { steps } = await statusOf(tool);
    const made = steps.flatMap(({ name, checks }) => checks.map((check) => `${name} ${check.name}`));
    const proved = pairsOf([...ec2Breakages, ...pumaBreakages, ...nginxBreakages, ...wholeBreakages, ...s3Breakages]);
    expect(new Set(proved).size).toBe(proved.length);
    expect(made.filter((check) => !proved.includes(check) && !provedElsewhere.includes(check))).toEqual([]);
    expect(proved.filter((check) => provedElsewhere.includes(check))).toEqual([]);
    expect(proved.filter((check) => !made.includes(check))).toEqual([]);
  });

  pages(() => tool);

  livePage(() => tool);

  handIn(() => tool);

  it("changes nothing the second time", async () => {
    const mark = requestsSince(tool, 0).length;
    const startedAt = performance.now();
    const events = await tool.events("up");
    process.stdout.write(`second up: ${((performance.now() - startedAt) / 1000).toFixed(2)} s\n`);
    expect(events.flatMap((event) => (event.type === "step.finished" ? [event.outcome] : []))).toEqual(
      lectureSteps.map(() => "up-to-date"),
    );
    const requests = requestsSince(tool, mark);
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter(({ mutating }) => mutating)).toEqual([]);
  });

  records(() => tool);

  verifyAndBreak(() => tool);

  drills(() => tool);

  breakEach(() => stack, [...wholeBreakages, ...s3Breakages]);

  ending(() => tool);
});

function outcomes(events: readonly EngineEvent[]): [StepName, string][] {
  return events.flatMap((event): [StepName, string][] =>
    event.type === "step.finished" ? [[event.step, event.outcome]] : [],
  );
}
