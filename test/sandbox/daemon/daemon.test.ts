import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateRoleCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { build } from "rolldown";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { version } from "../../../src/commands/package-facts.ts";
import { createSandboxControl } from "../../../src/commands/sandbox/control.ts";
import {
  ensureDaemon,
  findDaemon,
  rootCredentials,
  sandboxHome,
  stopDaemon,
  type EnsureOptions,
  type RunningDaemon,
} from "../../../src/sandbox/launcher.ts";

let program: string;
let directory: string;
let home: string;
let options: EnsureOptions;

beforeAll(async () => {
  program = mkdtempSync(join(tmpdir(), "lecture05-daemon-program-"));
  await build({
    input: join(import.meta.dirname, "../../support/daemon-entry.ts"),
    platform: "node",
    output: { dir: program, format: "esm", entryFileNames: "[name].mjs" },
    logLevel: "silent",
  });
}, 60_000);
afterAll(() => rmSync(program, { recursive: true, force: true }));

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lecture05-daemon-"));
  home = join(directory, "state", "sandbox");
  options = { entry: join(program, "daemon-entry.mjs"), timeoutMs: 20_000 };
});
afterEach(async () => {
  await stopDaemon(home);
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

function clientConfig(daemon: RunningDaemon) {
  const credentials = rootCredentials(home);
  if (!credentials) throw new Error("no root credentials");
  return { region: "ap-northeast-1", endpoint: daemon.endpoint, credentials, maxAttempts: 1 };
}

async function waitUntilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")) return;
    } catch {
      return;
    }
    await sleep(10);
  }
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe("a command that reaches the sandbox", () => {
  const asked = { onProgress: () => {}, signal: new AbortController().signal };
  const env = (engine: string): NodeJS.ProcessEnv => ({
    ...process.env,
    LECTURE05_SANDBOX_HOME: home,
    TEST_DAEMON_VERSION: version,
    TEST_DAEMON_ENGINE: engine,
  });
  beforeEach(() => vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock"));
  afterEach(() => vi.unstubAllEnvs());

  it("leaves Docker to a daemon that has just asked its engine", async () => {
    const { endpoint } = await ensureDaemon(home, { ...options, env: env("up") });
    expect(await createSandboxControl(env("up")).ensure(asked)).toMatchObject({ url: endpoint });
  });

  it("asks Docker itself when the daemon's engine does not answer, and says what is wrong with it", async () => {
    await ensureDaemon(home, { ...options, env: env("down") });
    await expect(createSandboxControl(env("down")).ensure(asked)).rejects.toMatchObject({ code: "DOCKER_UNAVAILABLE" });
  });
});

describe("the daemon", () => {
  it("gets the environment that it needs, and none of the secrets of the shell that starts it", async () => {
    const env = {
      ...process.env,
      AWS_SECRET_ACCESS_KEY: "planted-1",
      DATABASE_URL: "pg://a:planted-2@db",
      A_TOKEN: "planted-3",
    };
    const { pid } = await ensureDaemon(home, { ...options, env });
    const environ = readFileSync(`/proc/${pid}/environ`, "utf8");
    expect(environ).toContain("PATH=");
    expect(environ).not.toContain("planted");
  });

  it("is started once, found again, and stopped", async () => {
    expect(await findDaemon(home)).toBeUndefined();
    const started = await ensureDaemon(home, options);
    expect(await ensureDaemon(home, options)).toEqual(started);
    const caller = await new STSClient(clientConfig(started)).send(new GetCallerIdentityCommand({}));
    expect(caller.Arn).toBe("arn:aws:iam::000000000000:root");
    const address = await fetch(`${started.endpoint}/_lecture05/caller-address`);
    expect((await address.text()).trim()).toBe("127.0.0.1");
    expect(statSync(join(home, "iam.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, "appliance-secret")).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(await stopDaemon(home)).toBe(true);
    expect(await findDaemon(home)).toBeUndefined();
    expect(await stopDaemon(home)).toBe(false);
  });

  it("comes up once when it is started twice at the same time", async () => {
    const found = await Promise.all([1, 2, 3].map(() => ensureDaemon(home, options)));
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(1);
  });

  it("keeps acknowledged state, key and port through kill -9", async () => {
    const first = await ensureDaemon(home, options);
    const key = rootCredentials(home);
    await new IAMClient(clientConfig(first)).send(
      new CreateRoleCommand({ RoleName: "survivor", AssumeRolePolicyDocument: trust }),
    );
    process.kill(first.pid, "SIGKILL");
    await waitUntilGone(first.pid);
    expect(await findDaemon(home)).toBeUndefined();
    const second = await ensureDaemon(home, options);
    expect(second.pid).not.toBe(first.pid);
    expect(second.port).toBe(first.port);
    expect(rootCredentials(home)).toEqual(key);
    const { Role } = await new IAMClient(clientConfig(second)).send(new GetRoleCommand({ RoleName: "survivor" }));
    expect(Role?.RoleName).toBe("survivor");
  });

  it("takes another port when its own is taken", async () => {
    const first = await ensureDaemon(home, options);
    await stopDaemon(home);
    const other = createServer((_request, response) => response.end("{}"));
    await new Promise<void>((done) => other.listen(first.port, "127.0.0.1", done));
    try {
      writeFileSync(join(home, "daemon.json"), JSON.stringify(first));
      expect(await findDaemon(home)).toBeUndefined();
      expect((await ensureDaemon(home, options)).port).not.toBe(first.port);
    } finally {
      other.close();
    }
  });

  it("ends when its home is taken away", async () => {
    const { pid } = await ensureDaemon(home, options);
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    await waitUntilGone(pid);
  });

  it("says which file is broken instead of starting with nothing", async () => {
    await ensureDaemon(home, options);
    await stopDaemon(home);
    writeFileSync(join(home, "iam.json"), '{"root":');
    await expect(ensureDaemon(home, options)).rejects.toMatchObject({ code: "STATE_CORRUPT" });
  });

  it("is replaced when it is of another version", async () => {
    const env = { ...process.env, TEST_DAEMON_VERSION: "1" };
    const first = await ensureDaemon(home, { ...options, version: "1", env });
    const second = await ensureDaemon(home, { ...options, version: "2", env: { ...env, TEST_DAEMON_VERSION: "2" } });
    expect(second.pid).not.toBe(first.pid);
    expect(second.version).toBe("2");
  });

  it("listens on a further address that its runtime asks for", async () => {
    const env = { ...process.env, TEST_DAEMON_ADDRESS: "127.0.0.9" };
    const { port } = await ensureDaemon(home, { ...options, env });
    const answer = await fetch(`http://127.0.0.9:${port}/_lecture05/caller-address`);
    expect(answer.status).toBe(200);
  });

  it("says what it found when it cannot start", async () => {
    const docker = ensureDaemon(home, { ...options, env: { ...process.env, TEST_DAEMON_FAIL: "docker" } });
    await expect(docker).rejects.toMatchObject({ code: "DOCKER_UNAVAILABLE", detail: { what: { en: "No engine" } } });
    const bug = ensureDaemon(home, { ...options, env: { ...process.env, TEST_DAEMON_FAIL: "bug" } });
    await expect(bug).rejects.toMatchObject({
      code: "SANDBOX_UNAVAILABLE",
      detail: { why: { en: expect.stringContaining("a bug of ours") } },
    });
  });
});

describe("sandboxHome", () => {
  it("prefers its own variable, then the user's state directory", () => {
    expect(sandboxHome({ LECTURE05_SANDBOX_HOME: "/a", XDG_STATE_HOME: "/b", HOME: "/c" })).toBe("/a");
    expect(sandboxHome({ XDG_STATE_HOME: "/b", HOME: "/c" })).toBe("/b/lecture05/sandbox");
    expect(sandboxHome({ HOME: "/c" })).toBe("/c/.local/state/lecture05/sandbox");
  });
});
