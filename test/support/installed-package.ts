import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { EngineEvent } from "../../src/engine/events.ts";

const run = promisify(execFile);
const projectRoot = fileURLToPath(new URL("../..", import.meta.url));

export interface CommandOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The packed package, installed outside the clone as a user would, with a sandbox and a state directory of its own.
 * Everything it makes lies in one temporary directory or carries its sandbox's label.
 */
export class InstalledPackage {
  readonly stateDirectory: string;
  readonly sandboxHome: string;
  /** What commands printed, in their order. */
  readonly streams: { readonly command: string; readonly text: string }[] = [];

  private constructor(
    readonly root: string,
    readonly stack: string,
    private readonly extraEnvironment: NodeJS.ProcessEnv,
  ) {
    this.stateDirectory = join(root, "a project", ".lecture05");
    this.sandboxHome = join(root, "sandbox home");
  }

  static async install(stack: string, extraEnvironment: NodeJS.ProcessEnv = {}): Promise<InstalledPackage> {
    const root = mkdtempSync(join(tmpdir(), "lecture05 e2e-"));
    const installed = new InstalledPackage(root, stack, extraEnvironment);
    // The build is there (bin/setup made it); packing runs no script, so two files can do it at once.
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", root], { cwd: projectRoot });
    const tarball = readdirSync(root).find((name) => name.endsWith(".tgz"));
    if (!tarball) throw new Error("npm pack made no tarball");
    const project = join(root, "a project");
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), '{ "private": true }\n');
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", join(root, tarball)], { cwd: project });
    return installed;
  }

  get projectDirectory(): string {
    return join(this.root, "a project");
  }

  get environment(): NodeJS.ProcessEnv {
    const { PATH, HOME, LANG } = process.env;
    const passed = Object.entries(process.env).filter(([name]) =>
      /_proxy$|^NODE_EXTRA_CA_CERTS$|^SSL_CERT|^DOCKER_HOST$/i.test(name),
    );
    return {
      PATH,
      HOME,
      LANG,
      ...Object.fromEntries(passed),
      ...this.extraEnvironment,
      LECTURE05_SANDBOX_HOME: this.sandboxHome,
      // What a run learns for later ones goes away with the test, too.
      XDG_STATE_HOME: join(this.root, "state home"),
      LECTURE05_STACK: this.stack,
    };
  }

  start(args: readonly string[]): ChildProcess {
    const bin = join(this.projectDirectory, "node_modules", "lecture05", "bin", "lecture05.js");
    return spawn(process.execPath, [bin, ...args], {
      cwd: this.projectDirectory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async cli(...args: string[]): Promise<CommandOutcome> {
    const outcome = await collect(this.start(args));
    this.streams.push({ command: args.join(" "), text: outcome.stdout + outcome.stderr });
    return outcome;
  }

  /** Runs a command that must succeed. */
  async ok(...args: string[]): Promise<string> {
    const outcome = await this.cli(...args);
    if (outcome.code !== 0) {
      throw new Error(`lecture05 ${args.join(" ")} ended with ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
    }
    return outcome.stdout;
  }

  /** Runs a working command with --json and returns its events. */
  async events(...args: string[]): Promise<EngineEvent[]> {
    const stdout = await this.ok(...args, "--json");
    return parseEvents(stdout);
  }

  /** Runs a shell command as root on the host through SSM. */
  async onHost(script: string): Promise<string> {
    return this.ok("exec", "--", "sh", "-c", script);
  }

  /** Takes everything down, also half-made things; used in afterAll. */
  async remove(): Promise<void> {
    await this.cli("sandbox", "reset", "--yes");
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function parseEvents(stdout: string): EngineEvent[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EngineEvent);
}

export async function collect(child: ChildProcess): Promise<CommandOutcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (part: Buffer) => (stdout += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
