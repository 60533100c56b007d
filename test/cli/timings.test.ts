import { describe, expect, it } from "vitest";
import { Lecture05Error } from "../../src/errors.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

interface Timings {
  readonly type: string;
  readonly durationMs: number;
  readonly ownMs: number;
  readonly parts: readonly { readonly step?: string }[];
}

const lastLine = (stdout: string): Timings => JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Timings;

describe("up --timings", () => {
  it("says at the end where the time went, step by step", async () => {
    const { exitCode, stdout } = await run(["up", "--timings"], { services: fakeServices() });
    expect(exitCode).toBe(0);
    const table = stdout.slice(stdout.indexOf("critical path"));
    expect(table).toContain("saved by overlap");
    for (const name of ["around the steps", "ec2", "nginx-puma", "s3", "all"]) expect(table).toContain(`\n  ${name} `);
    expect(table).toContain("the lower bound");
  });

  it("is an event for programs", async () => {
    const { stdout } = await run(["up", "--timings", "--json", "--to", "nginx"], { services: fakeServices() });
    const timings = lastLine(stdout);
    expect(timings.type).toBe("timings");
    expect(timings.parts.map(({ step }) => step)).toEqual([undefined, "ec2", "puma", "puma-socket", "nginx"]);
    expect(timings.ownMs).toBeLessThanOrEqual(timings.durationMs);
  });

  it("is said of a run that failed, too, and changes nothing about its end", async () => {
    const services = fakeServices();
    const nginx = services.toys[3];
    if (nginx) nginx.fail = new Lecture05Error("REMOTE_COMMAND_FAILED", { what: { en: "no", ja: "no" }, next: [] });
    const { exitCode, stdout } = await run(["up", "--timings"], { services });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("critical path");
  });

  it("is only said when asked for, and not of what is only planned", async () => {
    expect((await run(["up"], { services: fakeServices() })).stdout).not.toContain("critical path");
    const { exitCode, stderr } = await run(["up", "--timings", "--dry-run"], { services: fakeServices() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--timings and --dry-run do not go together");
    // Nor of what was refused before it began.
    const refused = await run(["up", "--timings", "--app", "/nonexistent"], { services: fakeServices() });
    expect([refused.exitCode === 0, refused.stdout]).toEqual([false, ""]);
  });
});
