import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Deployment } from "../../src/state/deployment.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";
import { statusSchema } from "./support/status-schema.ts";

const [first, second] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];
const at = "2026-01-02T03:04:05.000Z";

const deployment: Deployment = {
  current: { release: first, recipe: "1" },
  previous: { release: second, recipe: "2" },
  hosts: {},
  records: [
    {
      command: "rollback",
      from: second,
      to: first,
      startedAt: at,
      finishedAt: at,
      outcome: "done",
      migrations: 0,
      hosts: [{ instanceId: "i-0001", release: first }],
    },
  ],
};

describe.each(["deploy", "rollback"])("%s", (command) => {
  it("needs a stack", async () => {
    const { exitCode, stderr } = await run([command]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("STEP_REQUIREMENT_MISSING")]);
  });

  it("is refused in both languages before all steps are done", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, sampleState({ deployment: { ...deployment, pending: undefined } }));
    const services = fakeServices();
    const english = await run([command, "--lang", "en"], { cwd, services });
    expect([english.exitCode, english.stderr]).toEqual([1, expect.stringContaining("nothing changed")]);
    expect(english.stderr).toContain("Not done yet: nginx-puma, alb, s3");
    const japanese = await run([command, "--lang", "ja"], { cwd, services });
    expect([japanese.exitCode, japanese.stderr]).toEqual([1, expect.stringContaining("変更なし")]);
  });

  it("says so as an event, too", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, sampleState({ deployment }));
    const { events } = await run([command, "--json"], { cwd, services: fakeServices() });
    expect(events.at(-1)).toMatchObject({ type: "error", code: "DEPLOY_REFUSED" });
  });
});

it("deploy looks at the application before anything else", async () => {
  const { exitCode, stderr } = await run(["deploy", "--app", join(temporaryDirectory(), "none")]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("cannot be deployed")]);
});

it("logs tells of it in words", async () => {
  const cwd = temporaryDirectory();
  writeState(cwd, sampleState({ deployment }));
  const entry = { time: at, kind: "deploy", command: "deploy", event: "went-back", from: first, to: second };
  writeFileSync(join(cwd, ".lecture05", "worklog.ndjson"), `${JSON.stringify({ ...entry, durationMs: 1500 })}\n`);
  const { stdout } = await run(["logs", "--lang", "en"], { cwd });
  expect(stdout).toContain(`lecture05 deploy: ${first} → ${second}, a check failed, back on the release before  1.5 s`);
});

describe("status", () => {
  it("shows the release of each host and the last deploy", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, sampleState({ deployment: { ...deployment, hosts: { "i-0001": second } } }));
    const { deployment: told, hosts } = statusSchema.parse(
      JSON.parse((await run(["status", "--json"], { cwd })).stdout),
    );
    expect(told).toMatchObject({ release: first, previous: second, pending: null, records: [{ command: "rollback" }] });
    expect(hosts.map(({ release }) => release)).toEqual([second, ...hosts.slice(1).map(() => first)]);
    const { stdout } = await run(["status", "--lang", "en"], { cwd });
    expect(stdout).toContain(`last rollback 2026-01-02 03:04 UTC: release ${second} → ${first}, done`);
    expect(stdout).toContain(`release ${second}`);
  });

  it.each([
    ["en", "is not complete"],
    ["ja", "完了していません"],
  ])("says in %s when one was cut short", async (language, words) => {
    const cwd = temporaryDirectory();
    const pending = { command: "deploy" as const, to: { release: second, recipe: "2" }, since: at };
    writeState(cwd, sampleState({ deployment: { ...deployment, pending } }));
    const { stdout } = await run(["status", "--lang", language], { cwd });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(words);
    expect(stdout).toContain("lecture05 rollback");
  });

  it("shows none before the first", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd);
    const report = statusSchema.parse(JSON.parse((await run(["status", "--json"], { cwd })).stdout));
    expect([report.deployment, ...report.hosts.map(({ release }) => release)].every((it) => it === null)).toBe(true);
  });
});
