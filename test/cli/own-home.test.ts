import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSandboxControl } from "../../src/commands/sandbox/control.ts";
import { assertOwnHome } from "../../src/commands/sandbox/own-home.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const ensureOptions = { onProgress: () => {}, signal: new AbortController().signal };

describe("the sandbox's home", () => {
  it("may be empty, not there yet, half made, or a sandbox", () => {
    const home = join(temporaryDirectory(), "home");
    const env = { LECTURE05_SANDBOX_HOME: home };
    expect(() => assertOwnHome(home, env)).not.toThrow();
    mkdirSync(home);
    expect(() => assertOwnHome(home, env)).not.toThrow();
    for (const name of ["daemon.log", "daemon-lock", "sandbox-id.123"]) writeFileSync(join(home, name), "");
    expect(() => assertOwnHome(home, env)).not.toThrow();
    writeFileSync(join(home, "sandbox-id"), "1234");
    writeFileSync(join(home, "requests.ndjson"), "");
    expect(() => assertOwnHome(home, env)).not.toThrow();
  });

  it("is not a directory with something else in it: reset would remove that, too", async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, "thesis.tex"), "years of work");
    const control = createSandboxControl({ LECTURE05_SANDBOX_HOME: home });
    const refused = {
      code: "CONFIG_INVALID",
      message: expect.stringMatching(/LECTURE05_SANDBOX_HOME .* "thesis.tex"/),
    };
    await expect(control.reset({ images: false, cache: false })).rejects.toMatchObject(refused);
    await expect(control.ensure(ensureOptions)).rejects.toMatchObject(refused);
    expect(readdirSync(home)).toEqual(["thesis.tex"]);
  });

  it("is not below a file, and the variable that says so is named", async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, "file"), "");
    const control = createSandboxControl({ XDG_STATE_HOME: join(root, "file") });
    await expect(control.ensure(ensureOptions)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      detail: { what: { en: expect.stringContaining("XDG_STATE_HOME") } },
    });
  });
});
