import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ports } from "../../src/ports/index.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";
import { statusJsonSchema, statusSchema } from "./support/status-schema.ts";

const stale = sampleState();
stale.steps[4] = { name: "nginx-puma", status: "running", checks: [] };

function lockBy(cwd: string, pid: number, host = hostname()): void {
  const directory = join(cwd, ".lecture05");
  mkdirSync(directory, { recursive: true });
  // The file that acquireLock makes.
  const file = join(directory, "lock");
  writeFileSync(file, JSON.stringify({ pid, host, processStart: "", command: "lecture05 up", since: "" }));
}

describe("status --json", () => {
  it("has every key and all seven steps without a state", async () => {
    const { exitCode, stdout, stderr } = await run(["status", "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const report = statusSchema.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      schemaVersion: 1,
      stack: "lecture05",
      target: "sandbox",
      region: "ap-northeast-1",
      url: null,
      resources: [],
      hosts: [],
      modules: [],
    });
    expect(report.steps.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => "pending"));
  });

  it("shows the state and nothing beyond the contract", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd);
    const { stdout } = await run(["status", "--json"], { cwd });
    const report = statusSchema.parse(JSON.parse(stdout));
    expect(report.resources).toEqual([{ type: "ec2:instance", id: "i-0001", step: "ec2" }]);
    expect(report.steps[4]).toMatchObject({ name: "nginx-puma", status: "failed", durationMs: 1234 });
    expect(report.steps[5]).toEqual({
      name: "alb",
      status: "pending",
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      checks: [],
    });
    expect(stdout).not.toContain("not for status");
  });

  it("calls a step stale when nobody works on it any more", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, stale);
    const statusOf = async (): Promise<string | undefined> =>
      statusSchema.parse(JSON.parse((await run(["status", "--json"], { cwd })).stdout)).steps[4]?.status;
    expect(await statusOf()).toBe("stale");
    lockBy(cwd, process.pid);
    expect(await statusOf()).toBe("running");
    lockBy(cwd, 2 ** 22 + 1);
    expect(await statusOf()).toBe("stale");
    lockBy(cwd, 1, "another-machine");
    expect(await statusOf()).toBe("running");
  });

  it("is described by the schema that ships", () => {
    const file = new URL("../../schema/status.schema.json", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(statusJsonSchema());
  });

  it.each([
    ["{", "STATE_CORRUPT"],
    ['{"schemaVersion":99}', "STATE_NEWER"],
  ])("reports a damaged state %s as %s, as an event", async (text, code) => {
    const cwd = temporaryDirectory();
    writeState(cwd, text);
    const { events, exitCode } = await run(["status", "--json"], { cwd });
    expect(events).toMatchObject([{ type: "error", code }]);
    expect(exitCode).toBe(1);
  });
});

describe("status", () => {
  it("is a table, with what failed and what to do", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd);
    const { stdout, exitCode } = await run(["status"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        "[sandbox] stack lecture05 (ap-northeast-1)",
        "  URL: http://lecture05-1.example",
        "",
        "  ✓  1  ec2          done      checks 2/2  1.2 s",
        "  ✓  2  puma         done      checks 2/2  1.2 s",
        "  ✓  3  puma-socket  done      checks 2/2  1.2 s",
        "  ✓  4  nginx        done      checks 2/2  1.2 s",
        "  ✗  5  nginx-puma   failed    checks 1/2  1.2 s",
        "  -  6  alb          not done  -",
        "  -  7  s3           not done  -",
        "",
        "  ✗ nginx-puma puma-stopped: 504 (expected: 502)",
        "",
        "  host i-0001  ap-northeast-1a  10.5.1.10",
        "  resources: 1, modules: 1 asked for, 1 pulled in",
        "",
        "Step nginx-puma is not complete. To go on:",
        "  lecture05 up",
        "  lecture05 logs --step nginx-puma",
        "",
      ].join("\n"),
    );
  });

  it("is aligned in Japanese", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd);
    const { stdout } = await run(["status", "--lang", "ja"], { cwd });
    expect(stdout).toContain("  ✗  5  nginx-puma   失敗    確認 1/2  1.2 秒\n");
    expect(stdout).toContain("  -  6  alb          未実施  -\n");
  });

  it("says in Japanese what a failed check saw, too", async () => {
    const cwd = temporaryDirectory();
    const state = sampleState();
    const [, failed] = state.steps[4]?.checks ?? [];
    if (failed) Object.assign(failed, { expected: "healthy", observed: "refused" });
    writeState(cwd, state);
    const { stdout } = await run(["status", "--lang", "ja"], { cwd });
    expect(stdout).toContain("  ✗ nginx-puma puma-stopped: 接続拒否 (期待値: 正常)\n");
    expect((await run(["status"], { cwd })).stdout).toContain(
      "  ✗ nginx-puma puma-stopped: refused (expected: healthy)\n",
    );
  });

  it("says how to start when nothing is there", async () => {
    expect((await run(["status"])).stdout).toContain("Nothing is here yet. To start:\n  lecture05 up\n");
  });

  it("says a step that lost its process needs another run", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, stale);
    expect((await run(["status"], { cwd })).stdout).toContain("!  5  nginx-puma   needs another run");
  });
});

describe("status --live", () => {
  const instance = { id: "i-0001", state: "running", privateIp: "10.5.1.10" };

  function portsWith(changes: object = {}, status = 200): Partial<Ports> {
    return {
      compute: { findInstances: async () => [{ ...instance, ...changes }] },
      http: { request: async () => ({ kind: "answer", status, headers: {}, body: new Uint8Array() }) },
      loadBalancing: {
        findTargetGroup: async () => ({ arn: "tg" }),
        targetHealth: async () => [{ instanceId: "i-0001", port: 80, state: "unhealthy", reason: "Target.Timeout" }],
      },
    } as unknown as Partial<Ports>;
  }

  it("finds no difference", async () => {
    const services = fakeServices();
    services.ports = portsWith();
    const cwd = temporaryDirectory();
    writeState(cwd);
    const { stdout, exitCode } = await run(["status", "--live"], { cwd, services });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("AWS agrees with the state");
  });

  it("shows what differs, unhealthy targets with their reason", async () => {
    const services = fakeServices();
    services.ports = portsWith({ state: "stopped" }, 502);
    const cwd = temporaryDirectory();
    const state = sampleState();
    state.resources.push({
      type: "elbv2:target-group",
      name: "hosts",
      step: "alb",
      id: "tg",
      clientToken: "",
      createdAt: state.createdAt,
    });
    writeState(cwd, state);
    const japanese = await run(["status", "--live", "--lang", "ja"], { cwd, services });
    expect(japanese.stdout).toContain("  ✗ i-0001: 停止済み (期待値: 実行中)\n");
    expect(japanese.stdout).toContain("  i-0001  異常 (Target.Timeout)\n");
    const { stdout } = await run(["status", "--live", "--json"], { cwd, services });
    const report = statusSchema.parse(JSON.parse(stdout));
    expect(report.live?.differences).toEqual([
      { subject: "i-0001", expected: "running", observed: "stopped" },
      { subject: "target i-0001", expected: "healthy", observed: "Target.Timeout" },
      { subject: "http://lecture05-1.example", expected: "200", observed: "502" },
    ]);
  });

  it("asks nobody when there is no state", async () => {
    const services = fakeServices();
    expect((await run(["status", "--live"], { services })).exitCode).toBe(0);
    expect(services.sandboxCalls).toEqual([]);
  });
});
