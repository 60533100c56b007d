import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { parseEvents, type InstalledPackage } from "../support/installed-package.ts";
import { openTo } from "../support/secret-scan.ts";
import { handInFromRecords } from "./hand-in.ts";
import { searchForSecrets } from "./secrets.ts";
import { requestsSince, statusOf, type Status } from "./status.ts";

const run = promisify(execFile);

/** How a stack ends: its state is lost and found, it is changed, it goes. Registered by the file that owns the stack. */
export function ending(tool: () => InstalledPackage): void {
  it("rebuilds a lost state from tags and hosts, and the next up changes nothing", async () => {
    const facts = ({ url, hosts, resources, modules, steps }: Status): object => ({
      url,
      hosts,
      resources: resources.map(({ type, id }) => `${type} ${id}`).toSorted(),
      modules: modules.map((it) => [it.instanceId, it.manager, it.name, it.version, it.step].join(" ")).toSorted(),
      steps: steps.map(({ name, status: state }) => [name, state]),
    });
    const before = await statusOf(tool());
    rmSync(tool().stateDirectory, { recursive: true });
    const asked = await tool().cli("up");
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain("lecture05 adopt");
    const startedAt = performance.now();
    await tool().ok("adopt", "--yes");
    process.stdout.write(`adopt: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    const after = await statusOf(tool());
    expect(facts(after)).toEqual(facts(before));
    expect(after.steps.flatMap(({ checks }) => checks).filter(({ ok }) => !ok)).toEqual([]);

    const mark = requestsSince(tool(), 0).length;
    await tool().ok("up");
    expect(requestsSince(tool(), mark).filter(({ mutating }) => mutating)).toEqual([]);
    expect((await fetch(after.url)).status).toBe(200);
  });

  it("deploys a changed application with the next up", async () => {
    const app = join(tool().projectDirectory, "my app");
    await run("cp", ["-R", join(tool().projectDirectory, "node_modules/lecture05/app"), app]);
    const css = join(app, "app/assets/stylesheets/application.css");
    writeFileSync(css, `${readFileSync(css, "utf8")}\n/* changed by the test */\n`);
    const events = await tool().events("up", "--app", app);
    const applied = events.flatMap((event) =>
      event.type === "step.finished" && event.outcome === "done" ? [event.step] : [],
    );
    expect(applied).toEqual(["puma"]);
    const { url } = await statusOf(tool());
    const page = await (await fetch(url)).text();
    const stylesheet = /href="(\/assets\/[^"]+\.css)"/.exec(page)?.[1] ?? "";
    expect(await (await fetch(`${url}${stylesheet}`)).text()).toContain("changed by the test");
  });

  it("has left no secret in any file, stream or process, nor on the host", async () => {
    const startedAt = performance.now();
    const { hosts } = await statusOf(tool());
    expect(await searchForSecrets(tool(), hosts[0]?.instanceId ?? "")).toEqual([]);
    expect([...openTo(tool().sandboxHome), ...openTo(tool().stateDirectory)]).toEqual([]);
    process.stdout.write(`search for secrets: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  });

  it("leaves nothing after destroy, and says so", async () => {
    const { daemon } = JSON.parse(await tool().ok("sandbox", "status", "--json")) as { daemon: { pid: number } };
    const outcome = await tool().cli("destroy", "--yes", "--json");
    expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
    const last = parseEvents(outcome.stdout).at(-1) as Extract<EngineEvent, { type: "run.finished" }>;
    expect(last).toMatchObject({ type: "run.finished", outcome: "done", left: 0, kept: [] });
    const certificate = readFileSync(join(last.certificate ?? "", "certificate.json"), "utf8");
    expect(JSON.parse(certificate)).toMatchObject({ result: "0 left, $0.00/h", left: 0, stack: tool().stack });
    const report = JSON.parse(await tool().ok("sandbox", "status", "--json")) as {
      containers: unknown[];
      daemon: unknown;
    };
    expect(report).toMatchObject({ containers: [], daemon: null });
    expect(isRunning(daemon.pid)).toBe(false);
    expect((await statusOf(tool())).steps.map(({ status: state }) => state)).toEqual(lectureSteps.map(() => "pending"));
  });

  it("is handed in from its records when it is gone", () => handInFromRecords(tool()));

  it("is gone without trace after sandbox reset", async () => {
    const id = readFileSync(join(tool().sandboxHome, "sandbox-id"), "utf8");
    await tool().ok("sandbox", "start");
    const { pid } = (JSON.parse(await tool().ok("sandbox", "status", "--json")) as { daemon: { pid: number } }).daemon;
    expect(isRunning(pid)).toBe(true);
    await tool().ok("sandbox", "reset", "--yes");
    expect(existsSync(tool().sandboxHome)).toBe(false);
    const filter = ["--filter", `label=lecture05.sandbox=${id}`, "-q"];
    expect((await run("docker", ["ps", "-a", ...filter])).stdout).toBe("");
    expect((await run("docker", ["network", "ls", ...filter])).stdout).toBe("");
    expect((await run("docker", ["volume", "ls", ...filter])).stdout).toBe("");
    expect(isRunning(pid)).toBe(false);
  });
}

/** A process that has ended stays in the table until its parent asks; it does not run any more. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
