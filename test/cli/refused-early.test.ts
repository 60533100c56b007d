import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeSelf } from "../../src/state/lock-holder.ts";
import type { State } from "../../src/state/schema.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

const arn = "arn:aws:acm:ap-northeast-1:000000000000:certificate/0a";
const passed = new Date(Date.now() - 3_600_000).toISOString();
const release = { release: "aaaaaaaaaaaa", recipe: "1" };
const deployment: State["deployment"] = { current: release, previous: release, hosts: {}, records: [] };
const done = lectureSteps.map((name) => ({ name, status: "done" as const, checks: [] }));

// What the state and the settings forbid is refused before a sandbox is started or AWS is asked.
it.each<[string, readonly string[], Partial<State>, string, string]>([
  ["deploy before all steps", ["deploy"], {}, "DEPLOY_REFUSED", "Not done yet: nginx-puma, alb, s3"],
  ["rollback before all steps", ["rollback"], { deployment }, "DEPLOY_REFUSED", "Not done yet: nginx-puma"],
  ["rollback without a release before", ["rollback"], {}, "DEPLOY_REFUSED", "No release is known"],
  ["deploy in maintenance", ["deploy"], { steps: done, maintenance: true }, "DEPLOY_REFUSED", "Maintenance is on"],
  [
    "NLB and a certificate",
    ["up", "--load-balancer", "nlb", "--certificate", arn],
    { resources: [] },
    "USAGE",
    "HTTPS",
  ],
  ["NLB and access logs", ["up", "--access-logs"], { loadBalancer: "nlb" }, "USAGE", "access logs"],
  ["NLB and the static site", ["up", "--to", "static-site"], { loadBalancer: "nlb" }, "USAGE", "needs an ALB"],
  ["NLB and the static site alone", ["step", "static-site"], { loadBalancer: "nlb" }, "USAGE", "needs an ALB"],
  [
    "NLB, planned",
    ["up", "--dry-run", "--load-balancer", "nlb", "--access-logs"],
    { resources: [] },
    "USAGE",
    "access logs",
  ],
  [
    "another kind than the one that stands",
    ["up", "--load-balancer", "nlb"],
    {},
    "LOAD_BALANCER_KIND",
    "lecture05 destroy",
  ],
  ["another region's", ["up", "--certificate", arn.replace("ap-northeast-1", "us-east-1")], {}, "USAGE", "us-east-1"],
  ["a step without those before it", ["step", "s3"], {}, "STEP_REQUIREMENT_MISSING", "alb"],
  ["a drill without a load balancer", ["drill", "puma"], {}, "STEP_REQUIREMENT_MISSING", "alb"],
  ["a stack whose time is over", ["up"], { expiresAt: passed }, "STACK_EXPIRED", "--ttl"],
])("%s", async (_, line, changes, code, words) => {
  const services = fakeServices();
  const cwd = temporaryDirectory();
  writeState(cwd, sampleState(changes));
  const { exitCode, stderr } = await run(line, { cwd, services });
  expect([exitCode, stderr]).toEqual([code === "USAGE" ? 2 : 1, expect.stringContaining(`Code: ${code}`)]);
  expect(stderr).toContain(words);
  expect([services.sandboxCalls, services.connections]).toEqual([[], []]);
});

it("leaves it to the lock where another command is about to change what is known", async () => {
  const cwd = temporaryDirectory();
  writeState(cwd, sampleState());
  writeFileSync(join(cwd, ".lecture05", "lock"), JSON.stringify(describeSelf("lecture05 up", new Date())));
  const { exitCode, stderr } = await run(["deploy"], { cwd, services: fakeServices() });
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining("LOCK_HELD")]);
});
