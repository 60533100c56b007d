import { spawn, type SpawnOptions } from "node:child_process";
import { chmodSync, cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sample } from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { collect, type CommandOutcome } from "../support/installed-package.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { configFile, countInput, makePlace, recordTally } from "./fuzz/attempt.ts";
import { commandLine, judgeLine } from "./fuzz/command-line.ts";
import { parameters } from "./fuzz/settle.ts";

afterAll(recordTally);

const launcher = fileURLToPath(new URL("../../bin/lecture05.js", import.meta.url));
/** A system's own limit on one word is 128 KB. */
const wordLimit = 100_000;

interface Surrounding {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdio?: SpawnOptions["stdio"];
}

/** The built program in a process of its own, with nothing of this one's environment but the path. */
function start(argv: readonly string[], { cwd, env, stdio }: Surrounding) {
  const own = { PATH: process.env["PATH"], HOME: cwd, LECTURE05_SANDBOX_HOME: join(cwd, "sandbox") };
  return spawn(process.execPath, [launcher, ...argv], {
    cwd,
    env: { ...own, ...env },
    stdio: stdio ?? ["ignore", "pipe", "pipe"],
  });
}

async function lecture05(argv: readonly string[], surrounding: Surrounding): Promise<CommandOutcome> {
  return noted(await collect(start(argv, surrounding)));
}

/** The same through a shell, for what only a shell can do. $1 is node, $2 the program. */
async function inShell(script: string, surrounding: Surrounding): Promise<CommandOutcome> {
  const env = { PATH: process.env["PATH"], HOME: surrounding.cwd, ...surrounding.env };
  const child = spawn("sh", ["-c", script, "sh", process.execPath, launcher], { cwd: surrounding.cwd, env });
  child.stdin.end();
  return noted(await collect(child));
}

function noted(outcome: CommandOutcome): CommandOutcome {
  countInput(outcome.stdout + outcome.stderr);
  expect(outcome.signal).toBeNull();
  return outcome;
}

describe("the program itself", () => {
  it("refuses what is wrong with exit code 2, and leaves nothing", { timeout: 90_000 }, async () => {
    const cwd = makePlace();
    const around = { cwd, instances: undefined };
    const wrong = sample(commandLine, { seed: parameters(0).seed ?? 0, numRuns: 400 })
      // What is right would do its work: on this machine.
      .filter((line) => judgeLine(line, around).verdict === "bad" && !line.argv.includes("--debug"))
      .filter(({ argv }) => argv.every((word) => !/\p{Cs}/u.test(word) && word.length < wordLimit))
      .slice(0, 40);
    expect(wrong).toHaveLength(40);
    for (const [index, { argv }] of wrong.entries()) {
      const LC_ALL = index % 2 === 0 ? "C" : "ja_JP.UTF-8";
      const { code, stdout, stderr } = await lecture05(argv, { cwd, env: { LC_ALL } });
      expect(code, `${JSON.stringify(argv)}: ${stdout}${stderr}`).toBe(2);
    }
    expect(readdirSync(cwd)).toEqual(["an app"]);
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ["no home", { HOME: undefined }],
    ["an empty home", { HOME: "" }],
    ["a home that is no directory", { HOME: "/dev/null/x" }],
    ["a state home that is relative", { XDG_STATE_HOME: "some where", LECTURE05_SANDBOX_HOME: "" }],
    ["a state home with a line break", { XDG_STATE_HOME: "/nonexistent/a\nb", LECTURE05_SANDBOX_HOME: "" }],
    ["an unknown locale", { LC_ALL: "xx_YY.EUC", LANG: "\u001b[2J" }],
    ["an unknown terminal", { TERM: "\u001b", COLUMNS: "-1" }],
    ["columns that are no number", { COLUMNS: "NaN", LINES: "0" }],
    ["options of Node", { NODE_OPTIONS: "--max-old-space-size=200 --no-deprecation" }],
    ["an unknown time zone", { TZ: "Nowhere/Land" }],
    ["a Docker host that is no address", { DOCKER_HOST: "unix://" }],
    ["variables that are nobody's", { LECTURE05_NONSENSE: "x", LECTURE05_: "y" }],
  ])("works with %s", async (_what, env) => {
    const cwd = temporaryDirectory();
    for (const argv of [["status"], ["status", "--json"], ["sandbox", "status"]]) {
      const { code, stderr } = await lecture05(argv, { cwd, env });
      expect(stderr).toBe("");
      expect(code).toBe(0);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each<[string, NodeJS.ProcessEnv, readonly string[], string, number]>([
    ["a Docker host", { DOCKER_HOST: "tcp://[::1" }, ["sandbox", "status"], "CONFIG_INVALID", 2],
    [
      "Docker's certificates",
      { DOCKER_CERT_PATH: "/nonexistent", DOCKER_HOST: "tcp://127.0.0.1:1" },
      ["sandbox", "status"],
      "CONFIG_INVALID",
      2,
    ],
    ["an AWS endpoint", { AWS_ENDPOINT_URL: "not an address" }, ["plan", "--target", "aws"], "CONFIG_INVALID", 2],
    ["AWS keys", { AWS_SESSION_TOKEN: "日本" }, ["plan", "--target", "aws"], "CREDENTIALS_MISSING", 1],
  ])("names %s that cannot be", async (_what, env, argv, code, exitCode) => {
    const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "x", AWS_EC2_METADATA_DISABLED: "true" };
    const outcome = await lecture05(argv, { cwd: temporaryDirectory(), env: { ...keys, ...env } });
    expect(outcome.stderr).toContain(`Code: ${code}`);
    expect(outcome.stderr).toMatch(/DOCKER_HOST|AWS_ENDPOINT_URL|AWS credentials/);
    expect(outcome.code).toBe(exitCode);
  });

  it("says so when the current directory is gone", async () => {
    const cwd = temporaryDirectory();
    const { code, stderr } = await inShell('mkdir gone && cd gone && rmdir ../gone && exec "$1" "$2" status', { cwd });
    expect(stderr).toContain("The current directory is not there any more");
    expect(code).toBe(2);
  });

  it("takes bytes that are no text, and streams that are closed", async () => {
    const cwd = temporaryDirectory();
    const torn = await inShell(`exec "$1" "$2" status --stack "$(printf 'a\\377\\200b')"`, { cwd });
    expect(torn.stderr).toContain("--stack");
    expect(torn.code).toBe(2);
    expect((await inShell('exec "$1" "$2" status <&-', { cwd })).code).toBe(0);
    expect((await inShell('exec "$1" "$2" nonsense 2>&- >&-', { cwd })).code).toBe(2);
    const unread = await inShell('{ "$1" "$2" help; echo "ended with $?" >&2; } | true', { cwd });
    expect(unread.stderr).toBe("ended with 0\n");
  });

  it("names a configuration file that it may not read", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, configFile), "{}");
    const child = mayNotRead(cwd, ["status"]);
    const { code, stderr } = noted(await collect(child));
    expect(stderr).toContain(configFile);
    expect(stderr).toContain("EACCES");
    expect(code).toBe(2);
  });
});

/** Root may read everything, so root lets somebody else run it: from a place that anybody can reach. */
function mayNotRead(cwd: string, argv: readonly string[]) {
  chmodSync(join(cwd, configFile), 0o000);
  if (process.getuid?.() !== 0) return start(argv, { cwd });
  const copy = temporaryDirectory();
  chmodSync(copy, 0o755);
  chmodSync(cwd, 0o755);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  for (const part of ["bin", "dist", "package.json"]) cpSync(join(root, part), join(copy, part), { recursive: true });
  const env = { PATH: process.env["PATH"], HOME: cwd };
  return spawn(process.execPath, [join(copy, "bin", "lecture05.js"), ...argv], { cwd, env, uid: 65_534, gid: 65_534 });
}
