import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

describe("step", () => {
  it("carries out one step", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    expect((await run(["step", "ec2"], { services, cwd })).exitCode).toBe(0);
    const early = await run(["step", "nginx"], { services, cwd });
    expect(early.exitCode).toBe(1);
    expect(early.stderr).toContain("Code: STEP_REQUIREMENT_MISSING");
  });

  it("lists all of them with their status", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    const { stdout } = await run(["step", "--list"], { services, cwd });
    const [lecture = "", beyond = ""] = stdout.trim().split("\n\n");
    expect(lecture.split("\n")).toHaveLength(7);
    expect(beyond).toMatch(/^Beyond the lecture.*\n8 +static-site +not done +Step static-site\n9 +database +not done/);
    expect(stdout).toMatch(/^1 +ec2 +done +Step ec2\n2 +puma +not done +Step puma/);
    const { events } = await run(["step", "--list", "--json"], { services, cwd });
    expect(events[1]).toMatchObject({ type: "step", number: 2, name: "puma", requires: ["ec2"], status: "pending" });
  });

  it("shows the scripts word for word without reaching anything", async () => {
    const services = fakeServices();
    const nginx = services.toys[3];
    if (nginx)
      nginx.scripts = async () => [
        { name: "install-nginx", text: "set -eu\napt-get install nginx\n", timeoutMs: 60_000 },
      ];
    const { stdout, exitCode } = await run(["step", "nginx", "--show"], { services });
    expect(stdout).toBe("# --- install-nginx (timeout 60 s) ---\nset -eu\napt-get install nginx\n\n");
    expect(exitCode).toBe(0);
    expect(services.sandboxCalls).toEqual([]);
    const { events } = await run(["step", "nginx", "--show", "--json"], { services });
    expect(events).toMatchObject([{ type: "script", step: "nginx", name: "install-nginx" }]);
    expect((await run(["step", "ec2", "--show"], { services })).stdout).toMatch(/^# /);
  });
});

describe("verify", () => {
  it("ends with 1 when something broke, and with 0 when not", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "puma"], { services, cwd });
    expect(await run(["verify"], { services, cwd })).toMatchObject({ exitCode: 0, stderr: "" });
    const puma = services.toys[1];
    if (puma) puma.check = { ...puma.check, observed: "no", ok: false };
    const { exitCode, stdout } = await run(["verify", "puma"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✗ It is there: no (expected: yes)");
    expect(stdout).toMatch(/Failed after/);
  });

  it("looks for the cause of a failure, unless it is told not to", async () => {
    let asked = 0;
    const fakes = fakeServices();
    const services = Object.assign(fakes, { diagnose: async () => void asked++ });
    const cwd = temporaryDirectory();
    await run(["up", "--to", "puma"], { services, cwd });
    const puma = fakes.toys[1];
    if (puma) puma.check = { ...puma.check, observed: "no", ok: false };
    const quick = await run(["verify", "puma", "--no-diagnosis"], { services, cwd });
    expect(quick).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("✗ It is there: no") as string });
    expect(asked).toBe(0);
    expect((await run(["verify", "puma"], { services, cwd })).exitCode).toBe(1);
    expect(asked).toBe(1);
  });

  it("stops a part only with --break, and on AWS only after a yes", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    let broken = 0;
    const ec2 = services.toys[0];
    if (ec2) ec2.breakAndRestore = async () => void broken++;
    await run(["up", "--to", "ec2", "--target", "aws", "--yes"], { services, cwd });
    await run(["verify"], { services, cwd });
    const declined = await run(["verify", "--break"], { services, cwd });
    expect(declined).toMatchObject({ exitCode: 1 });
    expect(declined.stderr).toContain("Code: DECLINED");
    expect(broken).toBe(0);
    expect((await run(["verify", "--break", "--yes"], { services, cwd })).exitCode).toBe(0);
    expect(broken).toBe(1);
  });

  it("needs something to verify", async () => {
    const { exitCode, stderr } = await run(["verify"], { services: fakeServices() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("lecture05 up");
  });
});
