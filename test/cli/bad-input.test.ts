import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolvePreferences } from "../../src/commands/settings.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { writeState } from "./support/state.ts";

const configFile = "lecture05.config.json";

describe("what lies in the place of the configuration file", () => {
  it.each<[string, (file: string) => void, string]>([
    ["a directory", (file) => mkdirSync(file), "no regular file"],
    [
      "a pipe, which nobody writes to",
      (file) => execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", file]),
      "no regular file",
    ],
    ["a device without an end", (file) => symlinkSync("/dev/zero", file), "no regular file"],
    ["a link to itself", (file) => symlinkSync(configFile, file), "ELOOP"],
    ["a file that cannot be read", (file) => symlinkSync("/proc/self/mem", file), "EIO"],
    ["two megabytes", (file) => writeFileSync(file, `{ "stack": "${"x".repeat(2 ** 21)}" }`), "larger than 1 MB"],
    ["Shift_JIS", (file) => writeFileSync(file, Buffer.from('{"stack":"\x83e"}', "latin1")), "not UTF-8"],
    [
      "nested beyond a stack's depth",
      (file) => writeFileSync(file, `{"stack":${"[".repeat(9999)}${"]".repeat(9999)}}`),
      "a list",
    ],
    ["a prototype's key", (file) => writeFileSync(file, '{ "__proto__": { "yes": true } }'), 'Unknown key "__proto__"'],
    ["a path with NUL", (file) => writeFileSync(file, '{ "dir": "a\\u0000b" }'), "is no path"],
    [
      "a wrong value that a flag overrides",
      (file) => writeFileSync(file, '{ "lang": 5 }'),
      '"lang" (lecture05.config.json)',
    ],
  ])("%s is named", async (_what, put, why) => {
    const cwd = temporaryDirectory();
    put(join(cwd, configFile));
    const { exitCode, stderr } = await run(["status", "--lang", "en"], { cwd });
    expect(stderr).toContain(configFile);
    expect(stderr).toContain(why);
    expect(stderr).toContain("Code: CONFIG_INVALID");
    expect(exitCode).toBe(2);
  });

  it("is read with a byte order mark", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, configFile), '\ufeff{ "lang": "ja" }');
    expect((await run(["status"], { cwd })).stdout).toContain("スタック");
  });
});

describe("--dir", () => {
  it.each([
    ["a file", "taken", "There is a file in its place"],
    ["below a file", "taken/state", "There is a file in its place or above it"],
    ["in a circle of links", "circle", "lead in a circle"],
    ["too long a name", "x".repeat(256), "too long"],
    ["too long a path", "x/".repeat(2100), "too long"],
  ])("%s is refused before anything is done", async (_what, dir, why) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "taken"), "");
    symlinkSync("circle", join(cwd, "circle"));
    const services = fakeServices();
    for (const argv of [["status"], ["up"], ["destroy", "--yes"]]) {
      const { exitCode, stderr } = await run([...argv, "--dir", dir], { cwd, services });
      expect(stderr).toContain("The value of --dir is not valid");
      expect(stderr).toContain(why);
      expect(exitCode).toBe(2);
    }
    expect(services.sandboxCalls).toEqual([]);
    expect(readdirSync(cwd).toSorted()).toEqual(["circle", "taken"]);
  });

  it.each(['it\'s "quoted" $(touch canary)', "two\nlines", "日本語/深い", "-leading"])("%j works", async (dir) => {
    const cwd = temporaryDirectory();
    expect((await run(["up", "--dir", dir], { cwd, services: fakeServices() })).exitCode).toBe(0);
    const { exitCode, stdout } = await run(["status", `--dir=${dir}`], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("resources: 7");
    expect(readdirSync(cwd)).toEqual([dir.split("/")[0]]);
  });

  it("is refused where the default directory cannot be", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, ".lecture05"), "");
    const { exitCode, stderr } = await run(["up"], { cwd, services: fakeServices() });
    expect(stderr).toContain("--dir");
    expect(exitCode).toBe(2);
  });
});

describe("--app", () => {
  it.each([
    [["up"], "nowhere", "there is no such directory"],
    [["plan"], "nowhere", "there is no such directory"],
    [["step", "ec2"], ".", "Gemfile is missing"],
    [["up", "--dry-run"], "configured\0", "is no path"],
  ])("%j with %j is refused before anything is made", async (argv, app, why) => {
    const cwd = temporaryDirectory();
    const services = fakeServices();
    const { exitCode, stderr } = await run([...argv, "--app", app], { cwd, services });
    expect(stderr).toContain("--app");
    expect(stderr).toContain(why);
    expect(exitCode).toBe(2);
    expect(services.sandboxCalls).toEqual([]);
    expect(services.cloud.made).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("words on the command line", () => {
  it.each([
    [["up", "now"], '"now" has no place here'],
    [["help", "statsu"], 'There is no command "statsu"'],
    [["sandbox", "help", "strat"], "Did you mean start?"],
    [["upp'd", "it's"], `There is no command "upp'd"`],
    [["up", "--it's"], `There is no option "--it's" here`],
    [["up", "--dir", "--yes"], 'The option "--dir <dir>" needs a value'],
    [["exec", "--timeout", "1e3", "--", "true"], '--timeout cannot be "1e3"'],
    [["exec", "--timeout", "0x10", "--", "true"], '--timeout cannot be "0x10"'],
    [["exec", "--timeout", "4", "--", "true"], '--timeout cannot be "4"'],
    [["status", "--region", "a".repeat(200)], `${"a".repeat(80)}… (200)`],
    [["\u001b[31mred"], 'There is no command "\\u001b[31mred"'],
  ])("%j", async (argv, words) => {
    const { exitCode, stderr, stdout } = await run(argv);
    expect(stderr + stdout).toContain(words);
    expect(stderr + stdout).not.toContain("\u001b");
    expect(stderr).not.toContain("Usage:");
    expect(exitCode).toBe(2);
  });

  it("a mistyped word has no stack trace, not even with --debug", async () => {
    expect((await run(["up", "--nonsense", "--debug"])).stderr).not.toMatch(/\n\s+at /);
  });

  it("a very long word is answered at once", async () => {
    const startedAt = performance.now();
    expect((await run(["step", "x".repeat(1_000_000)])).exitCode).toBe(2);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it("an instance is named when it is not one of ours", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd);
    const { exitCode, stderr } = await run(["exec", "--instance", "i-9", "--", "true"], { cwd });
    expect(stderr).toContain('--instance: no host of this stack is called "i-9"');
    expect(exitCode).toBe(2);
  });
});

describe("--allow", () => {
  it("is written as AWS writes it, each range once", () => {
    const { allow } = resolvePreferences(
      { allow: ["10.1.2.3/8", "10.0.0.0/8", "192.0.2.77/25"] },
      {},
      temporaryDirectory(),
    );
    expect(allow).toEqual(["10.0.0.0/8", "192.0.2.0/25"]);
  });

  it.each(["010.0.0.0/8", "10.0.0.0/08", "10.0.0.0", "10.0.0/8", "::/0", "10.0.0.0/33", "10.0.0.256/8"])(
    "refuses %s",
    async (range) => {
      const { exitCode, stderr } = await run(["up", "--allow", range], { services: fakeServices() });
      expect(stderr).toContain(`"${range}" is no IPv4 range`);
      expect(exitCode).toBe(2);
    },
  );
});
