import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

describe("work log", () => {
  it("never gets the sandbox's secret", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const ec2 = services.toys[0];
    if (ec2) ec2.fail = new Error("it's a secret");
    await run(["up"], { services, cwd });
    expect(readFileSync(join(cwd, ".lecture05", "worklog.ndjson"), "utf8")).not.toContain("it's a secret");
  });

  it("is shown by logs, by step and as it is", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "puma"], { services, cwd });
    const file = join(cwd, ".lecture05", "worklog.ndjson");
    const remote = {
      time: "2026-01-02T03:04:05.678Z",
      step: "puma",
      kind: "remote",
      script: "install-ruby",
      instanceId: "i-1",
      commandId: "c",
      exitCode: 7,
      durationMs: 1500,
      text: "set -eu\nfalse\n",
    };
    writeFileSync(file, `${JSON.stringify(remote)}\n{"cut`, { flag: "a" });
    const all = await run(["logs"], { cwd });
    expect(all.stdout).toContain("lecture05 up: done");
    expect(all.stdout).toContain(
      "2026-01-02 03:04:05  puma  i-1 $ install-ruby  1.5 s  exit 7\n    | set -eu\n    | false\n",
    );
    const one = await run(["logs", "--step", "ec2"], { cwd });
    expect(one.stdout).not.toContain("puma");
    expect((await run(["logs", "--json", "--step", "puma"], { cwd })).events.at(-1)).toEqual(remote);
    expect((await run(["logs"])).stderr).toContain("There is nothing here yet");
  });

  it("is cut off before a time", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    const old = { time: "2020-01-02T03:04:05.678Z", kind: "run", command: "up", event: "done" };
    writeFileSync(join(cwd, ".lecture05", "worklog.ndjson"), `${JSON.stringify(old)}\n`, { flag: "a" });
    expect((await run(["logs"], { cwd })).stdout).toContain("2020-01-02");
    const recent = (await run(["logs", "--since", "2h"], { cwd })).stdout;
    expect(recent).toContain("lecture05 up: done");
    expect(recent).not.toContain("2020-01-02");
    expect((await run(["logs", "--since", "2020-01-01", "--json"], { cwd })).events).toContainEqual(old);
    expect((await run(["logs", "--since", "2099-01-01T00:00:00Z"], { cwd })).stdout).toBe("");
  });

  it.each(["yesterday", "0h", "2026-13-99", "5", "2026-11-30 06:00"])("%j is no time to begin at", async (time) => {
    const { exitCode, stderr } = await run(["logs", "--since", time]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--since: "${time}" is no time`);
  });

  it.each(["--follow", "--step=s3"])("does not go together with access logs: %s", async (other) => {
    const { exitCode, stderr } = await run(["logs", "--access", other]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("do not go together");
  });

  it("is followed until Ctrl-C", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    let press = (): void => {};
    const following = run(["logs", "--follow"], { cwd, onStart: (interrupt) => (press = interrupt) });
    await run(["up", "--to", "puma"], { services, cwd });
    await new Promise((resolve) => setTimeout(resolve, 700));
    press();
    const { exitCode, stdout, stderr } = await following;
    expect(exitCode).toBe(130);
    expect(stderr).toBe("");
    expect(stdout).toContain("puma  done");
  });
});
