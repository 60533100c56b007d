import { describe, expect, it } from "vitest";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

describe("plain output", () => {
  const escape = "\u001B";

  it("has colours and a spinner on a terminal only", async () => {
    const services = fakeServices();
    expect((await run(["up"], { services, isTTY: true })).stdout).toContain(escape);
  });

  it("needs no width: a terminal that nobody gave a size gets lines", async () => {
    const services = fakeServices();
    const { stdout, exitCode } = await run(["up"], { services, isTTY: true, columns: 0 });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("\r");
    expect(stdout).toContain("    starting the sandbox\n");
    expect((await run(["--help"], { services, isTTY: true, columns: 0 })).stdout).toContain("lecture05");
  });

  it.each([
    [["up"], {}, false],
    [["up", "--no-color"], {}, true],
    [["up"], { NO_COLOR: "1" }, true],
    [["up"], { TERM: "dumb" }, true],
    [["up"], { CI: "true" }, true],
    [["up"], { LECTURE05_COLOR: "false" }, true],
  ])("%j with %j, terminal: %s", async (argv, env, isTTY) => {
    const { stdout, stderr, exitCode } = await run(argv, { services: fakeServices(), env, isTTY });
    expect(exitCode).toBe(0);
    expect(stdout + stderr).not.toContain(escape);
    expect(stdout).not.toContain("\r");
    expect(stdout).toContain("    starting the sandbox\n");
  });
});
