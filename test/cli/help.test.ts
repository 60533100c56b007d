import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/commands/catalogue.ts";
import { displayWidth } from "../../src/reporter/width.ts";
import { run } from "./support/run.ts";

const commands = catalogue.flatMap((command) => [
  [command.name],
  ...(command.subcommands ?? []).map((sub) => [command.name, sub.name]),
]);

describe("help", () => {
  it.each(commands)("of %s %s is there in both languages", async (...words) => {
    const argv = words.filter(Boolean);
    const english = await run([...argv, "--help"]);
    const japanese = await run([...argv, "--help", "--lang", "ja"]);
    expect(english).toMatchObject({ exitCode: 0, stderr: "" });
    expect(english.stdout).toContain(`Usage: lecture05 ${argv.join(" ")}`);
    expect(english.stdout).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    expect(japanese).toMatchObject({ exitCode: 0, stderr: "" });
    expect(japanese.stdout).toContain(`使い方: lecture05 ${argv.join(" ")}`);
    expect(japanese.stdout).not.toMatch(/Options:|Commands:|Examples:/);
  });

  it("shows an example of every command", async () => {
    for (const { name, examples } of catalogue) {
      expect(examples, name).not.toBeUndefined();
      const { stdout } = await run(["help", name]);
      expect(stdout).toContain(`$ ${examples?.[0] ?? ""}`);
    }
  });

  it("lists every command and the global options", async () => {
    const { stdout, exitCode } = await run(["--help"]);
    expect(exitCode).toBe(0);
    for (const { name } of catalogue) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    for (const flag of ["--dir", "--stack", "--profile", "--region", "--lang", "--debug", "--no-color"]) {
      expect(stdout).toContain(flag);
    }
  });

  it("fits the terminal with full-width characters", async () => {
    const { stdout } = await run(["up", "--help", "--lang=ja"]);
    const widths = stdout.split("\n").map(displayWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(110);
  });

  it("follows the locale and LECTURE05_LANG", async () => {
    expect((await run(["--help"], { env: { LANG: "ja_JP.UTF-8" } })).stdout).toContain("使い方:");
    expect((await run(["--help"], { env: { LECTURE05_LANG: "ja" } })).stdout).toContain("使い方:");
    expect((await run(["--help", "--lang", "en"], { env: { LANG: "ja_JP.UTF-8" } })).stdout).toContain("Usage:");
  });

  it("is shown, as a usage error, when the command is missing", async () => {
    const bare = await run([]);
    expect(bare.exitCode).toBe(2);
    expect(bare.stdout).toBe("");
    expect(bare.stderr).toContain("Usage: lecture05");
    // Not on stdout: `eval "$(lecture05 sandbox)"` would run it.
    expect(await run(["sandbox"])).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("prints the version wherever it is asked for, but not inside another command", async () => {
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
    const { exitCode, stderr } = await run(["exec", "--", "ruby", "--version"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("There is nothing here yet");
  });
});
