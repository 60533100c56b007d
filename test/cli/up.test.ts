import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Lecture05Error } from "../../src/errors.ts";
import { readState } from "../../src/state/read.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

const stateOf = (cwd: string) => readState(join(cwd, ".lecture05"));

describe("up", () => {
  it("carries out every step in the sandbox and says what to do next", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const { exitCode, stdout, stderr } = await run(["up"], { services, cwd });
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    for (const [index, name] of lectureSteps.entries()) {
      expect(stdout).toContain(`[sandbox] ${index + 1}/7 ${name}  Step ${name}`);
    }
    expect(stdout).toContain("  ✓ It is there: yes\n");
    expect(stdout).toMatch(/\[sandbox\] Done in .*\n\[sandbox\] {3}URL: http:\/\/ec2-1\.example/);
    expect(stdout).toContain("lecture05 destroy  remove all of it");
    expect(services.connections[0]).toMatchObject({
      endpoint: "http://127.0.0.1:4566",
      region: "ap-northeast-1",
      credentials: { accessKeyId: "AKIAEXAMPLE000000000" },
    });
    expect(stateOf(cwd)?.steps.every(({ status }) => status === "done")).toBe(true);
  });

  it("has nothing to do the second time", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up"], { services, cwd });
    const { exitCode, stdout } = await run(["up"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(stdout.match(/✓ up to date/g)).toHaveLength(7);
    expect(services.cloud.made).toBe(7);
  });

  it("stops at --to", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "puma"], { services, cwd });
    expect(
      stateOf(cwd)
        ?.steps.map(({ status }) => status)
        .slice(0, 3),
    ).toEqual(["done", "done", "pending"]);
  });

  it("only plans with --dry-run", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const { exitCode, stdout } = await run(["up", "--dry-run"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("[sandbox] nginx\n  + nginx\n");
    expect(stdout).toContain("[sandbox] 7 changes; nothing was done");
    expect(services.cloud.made).toBe(0);
    expect(stateOf(cwd)).toBeUndefined();
  });

  it("shows a failure as what, why, next and code, once, and ends with 1", async () => {
    const services = fakeServices();
    const nginx = services.toys[3];
    if (nginx) {
      nginx.fail = new Lecture05Error("REMOTE_COMMAND_FAILED", {
        what: { en: "install-nginx failed", ja: "install-nginx が失敗しました" },
        why: { en: "line one\nline two", ja: "1 行目" },
        next: ["lecture05 logs --step nginx"],
      });
    }
    const { exitCode, stdout, stderr } = await run(["up"], { services });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✗ failed: REMOTE_COMMAND_FAILED");
    expect(stderr).toBe(
      [
        "",
        "✗ install-nginx failed",
        "  Why: line one",
        "    line two",
        "  Next:",
        "    - lecture05 logs --step nginx",
        "  Code: REMOTE_COMMAND_FAILED",
        "",
      ].join("\n"),
    );
  });

  it("shows what it does not know as a bug; the stack only with --debug", async () => {
    const services = fakeServices();
    const ec2 = services.toys[0];
    if (ec2) ec2.fail = Object.assign(new TypeError("x is not a function"), { $metadata: { requestId: "req-1" } });
    const short = await run(["up"], { services });
    expect(short.exitCode).toBe(1);
    expect(short.stderr).toContain("✗ This is a bug in lecture05\n  Why: TypeError: x is not a function");
    expect(short.stderr).toContain("Please report it: https://");
    expect(short.stderr).toContain("Code: BUG");
    expect(short.stderr).not.toMatch(/\n\s+at /);
    const long = await run(["up", "--debug"], { services });
    expect(long.stderr).toMatch(/caused by: TypeError: x is not a function\n\s+at /);
    expect(long.stderr).toContain("AWS request id: req-1");
  });

  it("prints nothing but events with --json, errors too", async () => {
    const services = fakeServices();
    const good = await run(["up", "--json"], { services, isTTY: true });
    expect(good.stderr).toBe("");
    expect(good.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["progress", "run.started", "step.started", "check", "step.finished", "run.finished"]),
    );
    expect(good.events.at(-1)).toMatchObject({ type: "run.finished", outcome: "done" });

    const ec2 = services.toys[0];
    if (ec2) ec2.check = { ...ec2.check, ok: false };
    const bad = await run(["up", "--json", "--yes"], { services });
    expect(bad.events.at(-1)).toMatchObject({ type: "error", code: "STEP_CHECK_FAILED", exitCode: 1 });
    expect(bad).toMatchObject({ exitCode: 1, stderr: "" });
  });

  it("refuses another target, region or stack than the state's before it starts anything", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    services.sandboxCalls.length = 0;
    for (const argv of [
      ["--target", "aws"],
      ["--region", "us-east-1"],
      ["--stack", "other"],
    ]) {
      const { exitCode, stderr } = await run(["up", ...argv], { services, cwd });
      expect(stderr).toContain("Code: STATE_TARGET_MISMATCH");
      expect(exitCode).toBe(1);
    }
    expect(services.sandboxCalls).toEqual([]);
  });

  it("goes on with the state's stack and region when none is named", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2", "--stack", "mine", "--region", "us-east-1"], { services, cwd });
    const { exitCode, stdout } = await run(["up", "--to", "puma"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("stack mine (us-east-1)");
  });

  it("says who holds the lock, with exit code 4", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const ec2 = services.toys[0];
    let second: Awaited<ReturnType<typeof run>> | undefined;
    if (ec2) {
      ec2.apply = async () => {
        second = await run(["destroy", "--yes"], { services, cwd });
        return { id: services.cloud.make("ec2", "token") };
      };
    }
    expect((await run(["up", "--to", "ec2"], { services, cwd })).exitCode).toBe(0);
    expect(second?.exitCode).toBe(4);
    expect(second?.stderr).toContain('"lecture05 up --to ec2"');
  });

  it("shows translated AWS errors", async () => {
    const services = fakeServices();
    services.connectError = Object.assign(new Error("The security token is expired"), { name: "ExpiredToken" });
    const { exitCode, stderr } = await run(["up", "--lang", "ja"], { services });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("AWS の認証情報の有効期限が切れています");
    expect(stderr).toContain("コード: CREDENTIALS_EXPIRED");
  });
});

describe("up --target aws", () => {
  it("is declined without a terminal and without --yes, and says the flag", async () => {
    const services = fakeServices();
    const { exitCode, stderr } = await run(["up", "--target", "aws"], { services });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Give --yes");
    expect(stderr).toContain("Code: DECLINED");
    expect(services.cloud.made).toBe(0);
    expect(services.sandboxCalls).toEqual([]);
  });

  it("tells the cost and takes the stack's name as a yes", async () => {
    const services = fakeServices();
    const options = { services, isTTY: true };
    const yes = await run(["up", "--target", "aws"], { ...options, stdin: "lecture05\n" });
    expect(yes.stderr).toMatch(/costs about \$0\.0\d+\/h/);
    expect(yes.exitCode).toBe(0);
    expect(yes.plain).not.toContain("[sandbox]");
    expect(services.connections[0]?.endpoint).toBeUndefined();
    const no = await run(["up", "--target", "aws"], { ...options, services: fakeServices(), stdin: "y\n" });
    expect(no.exitCode).toBe(1);
    expect(no.stderr).toContain('The answer was "y"');
  });

  it("asks nothing with --yes, nor once all of it stands; asks again before more", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    expect((await run(["up", "--to", "ec2", "--target", "aws", "--yes"], { services, cwd })).exitCode).toBe(0);
    expect((await run(["up", "--to", "ec2"], { services, cwd })).exitCode).toBe(0);
    expect((await run(["up"], { services, cwd })).stderr).toContain("Code: DECLINED");
  });
});
