import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { run } from "./support/run.ts";
import { fakeServices, root } from "./support/services.ts";

function running() {
  const services = fakeServices();
  services.sandboxStatus = {
    home: "/home/someone/sandbox",
    holdsResources: true,
    cache: undefined,
    daemon: { pid: 12, port: 4566, since: "2026-01-02T03:04:05.000Z" },
    containers: [
      { name: "lecture05-x-i-1", state: "running" },
      { name: "lecture05-x-lb-1", state: "exited" },
    ],
  };
  return services;
}

describe("sandbox env", () => {
  it("prints exports that a shell reads back unchanged", async () => {
    const { stdout, exitCode } = await run(["sandbox", "env"], { services: running() });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("export AWS_ENDPOINT_URL=http://127.0.0.1:4566\n");
    const script = `${stdout}printf '%s\\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_REGION"`;
    const read = execFileSync("sh", ["-euc", script], { encoding: "utf8" });
    expect(read).toBe(`${root.accessKeyId}\n${root.secretAccessKey}\nap-northeast-1\n`);
  });

  it("is JSON with --json", async () => {
    const { events } = await run(["sandbox", "env", "--json", "--region", "us-east-1"], { services: running() });
    expect(events).toEqual([
      {
        AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
        AWS_ACCESS_KEY_ID: root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
        AWS_REGION: "us-east-1",
        AWS_DEFAULT_REGION: "us-east-1",
      },
    ]);
  });

  it("prints nothing to evaluate when it is not running", async () => {
    const { stdout, stderr, exitCode } = await run(["sandbox", "env"], { services: fakeServices() });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toContain("lecture05 sandbox start");
  });
});

describe("sandbox", () => {
  it("starts", async () => {
    const services = fakeServices();
    const { stdout } = await run(["sandbox", "start"], { services });
    expect(services.sandboxCalls).toEqual(["ensure"]);
    expect(stdout).toContain("[sandbox] The sandbox is running: http://127.0.0.1:4566");
    const { events } = await run(["sandbox", "start", "--json"], { services });
    expect(events.at(-1)).toEqual({ type: "sandbox.started", endpoint: "http://127.0.0.1:4566" });
  });

  it("starts as it is told to behave, by flags, variables and for `up`, too", async () => {
    const services = fakeServices();
    services.sandboxStatus = { ...services.sandboxStatus, realism: { seed: 7, timeScale: 0.1, without: ["boot"] } };
    const words = ["--realism", "aws", "--seed", "7", "--time-scale", "0.1", "--without", "boot,late-ssm"];
    const { stdout } = await run(["sandbox", "start", ...words], { services });
    expect(stdout).toContain("realism: aws, seed 7, AWS's times × 0.1, without boot");
    await run(["up"], { services, env: { LECTURE05_REALISM: "aws", LECTURE05_SEED: "8" } });
    await run(["sandbox", "start", "--realism", "none"], { services });
    expect(services.realisms).toEqual([
      { seed: 7, timeScale: 0.1, without: ["boot", "late-ssm"] },
      { seed: 8, timeScale: undefined, without: undefined },
      "none",
    ]);
  });

  it.each([
    ["--realism", "gcp"],
    ["--seed", "-1"],
    ["--time-scale", "0"],
    ["--time-scale", "2"],
    ["--without", "boots"],
  ])("refuses %s %s", async (flag, value) => {
    const services = fakeServices();
    const { stderr, exitCode } = await run(["sandbox", "start", `${flag}=${value}`], { services });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(value);
    expect(services.sandboxCalls).toEqual([]);
  });

  it("stops, and says when there was nothing to stop", async () => {
    expect((await run(["sandbox", "stop"], { services: running() })).stdout).toContain("Stopped");
    expect((await run(["sandbox", "stop"], { services: fakeServices() })).stdout).toContain("It was not running");
    const { events } = await run(["sandbox", "stop", "--json"], { services: running() });
    expect(events).toEqual([{ type: "sandbox.stopped", wasRunning: true }]);
  });

  it("tells its status", async () => {
    const { stdout } = await run(["sandbox", "status"], { services: running() });
    expect(stdout).toBe(
      [
        "[sandbox] running, process 12, port 4566, since 2026-01-02T03:04:05.000Z",
        "  /home/someone/sandbox",
        "  lecture05-x-i-1   running",
        "  lecture05-x-lb-1  exited",
        "",
      ].join("\n"),
    );
    const { events } = await run(["sandbox", "status", "--json"], { services: fakeServices() });
    expect(events).toMatchObject([{ type: "sandbox.status", running: false, daemon: null, containers: [] }]);
  });

  it("is reset only after a confirmation", async () => {
    const services = running();
    expect((await run(["sandbox", "reset"], { services })).stderr).toContain("Code: DECLINED");
    expect((await run(["sandbox", "reset"], { services, isTTY: true, stdin: "n\n" })).exitCode).toBe(1);
    expect(services.sandboxCalls).toEqual([]);
    expect((await run(["sandbox", "reset", "--yes"], { services })).exitCode).toBe(0);
    expect((await run(["sandbox", "reset", "--yes", "--images"], { services })).exitCode).toBe(0);
    expect((await run(["sandbox", "reset", "--yes", "--cache"], { services })).exitCode).toBe(0);
    expect(services.sandboxCalls).toEqual(["reset", "reset images", "reset cache"]);
  });
});

describe("sandbox certificate", () => {
  it.each(["localhost", "a b.example", "-a.example", "127.0.0.1.", "https://www.example"])(
    "refuses the name %j before anything is started",
    async (name) => {
      const services = fakeServices();
      const { stderr, exitCode } = await run(["sandbox", "certificate", "--", name], { services });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("no domain name");
      expect(services.sandboxCalls).toEqual([]);
    },
  );
});
