import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { resolvePreferences } from "../../src/commands/settings.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";

function withConfig(config: unknown): string {
  const cwd = temporaryDirectory();
  const text = typeof config === "string" ? config : JSON.stringify(config);
  writeFileSync(join(cwd, "lecture05.config.json"), text);
  return cwd;
}

describe("settings", () => {
  it("come from the file, unless a variable, unless a flag says otherwise", () => {
    const cwd = withConfig({ stack: "file", region: "us-east-1", profile: "file" });
    const env = { LECTURE05_REGION: "us-east-2", LECTURE05_PROFILE: "variable" };
    expect(resolvePreferences({ profile: "flag" }, env, cwd)).toMatchObject({
      stack: "file",
      region: "us-east-2",
      profile: "flag",
    });
  });

  it("have defaults that leave room for the state", () => {
    const cwd = temporaryDirectory();
    expect(resolvePreferences({}, {}, cwd)).toEqual({
      directory: resolve(cwd, ".lecture05"),
      stack: undefined,
      target: undefined,
      region: undefined,
      profile: undefined,
      language: "en",
      allow: undefined,
      instanceType: undefined,
      appDirectory: undefined,
      yes: false,
      debug: false,
      color: true,
    });
  });

  it("take lists and switches from variables", () => {
    const env = {
      LECTURE05_ALLOW: "192.0.2.1/32, 198.51.100.0/24",
      LECTURE05_YES: "1",
      LECTURE05_DEBUG: "off",
      LECTURE05_COLOR: "no",
      LECTURE05_STACK: "",
    };
    expect(resolvePreferences({}, env, temporaryDirectory())).toMatchObject({
      allow: ["192.0.2.1/32", "198.51.100.0/24"],
      yes: true,
      debug: false,
      color: false,
      stack: undefined,
    });
  });

  it.each([
    [{ stak: "x" }, 'Unknown key "stak": did you mean "stack"?'],
    [{ instancetype: "t3.small" }, 'did you mean "instanceType"?'],
    [{ nonsense: 1 }, 'Unknown key "nonsense" Known keys: dir, stack,'],
    [{ stack: 5 }, "It is 5; it must be a text"],
    [{ yes: "true" }, 'It is "true"; it must be true or false'],
    [{ allow: "10.0.0.0/8" }, "it must be a list of texts"],
    [{ stack: "Bad Name" }, '"Bad Name" is no stack name'],
    [[], "It must be one object"],
    ["{ nonsense", "JSON"],
  ])("refuse the file %j", async (config, why) => {
    const { exitCode, stderr } = await run(["status"], { cwd: withConfig(config) });
    expect(stderr).toContain("lecture05.config.json");
    expect(stderr).toContain(why);
    expect(stderr).toContain("Code: CONFIG_INVALID");
    expect(exitCode).toBe(2);
  });

  it("refuse a variable by its name", async () => {
    const { exitCode, stderr } = await run(["status"], { env: { LECTURE05_STACK: "No" } });
    expect(stderr).toContain("The value of LECTURE05_STACK is not valid");
    expect(exitCode).toBe(2);
  });

  it("take the language from the file", async () => {
    const { stdout } = await run(["status"], { cwd: withConfig({ $schema: "x", lang: "ja" }) });
    expect(stdout).toContain("スタック lecture05");
  });
});
