import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "../records/child-environment.ts";
import { makeDirectory } from "../make-directory.ts";
import { findWorker } from "../state/find-worker.ts";
import {
  daemonErrorFile,
  daemonFile,
  daemonLockDirectory,
  daemonLogFile,
  internalPrefix,
  readDaemonFacts,
  type DaemonFacts,
} from "./daemon-files.ts";
import { isAlive, isOurDaemon, signal } from "./daemon-process.ts";
import { homeUnwritable, readStartError, unavailable } from "./start-failure.ts";

/** A daemon that answered for itself. */
export interface RunningDaemon extends DaemonFacts {
  readonly endpoint: string;
  /** The daemon has just asked its Docker engine. */
  readonly engineAnswers: boolean;
}

export interface EnsureOptions {
  /** The daemon's program (main.ts, built). */
  readonly entry: string;
  /** A daemon of another version is replaced. */
  readonly version?: string;
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

const stopTimeoutMs = 15_000;
const neededBytes = 64 * 1024;
const logLimitBytes = 10 * 1024 * 1024;

/** Where the sandbox keeps its state: $LECTURE05_SANDBOX_HOME, else below the user's state directory. */
export function sandboxHome(env: NodeJS.ProcessEnv): string {
  if (env.LECTURE05_SANDBOX_HOME) return resolve(env.LECTURE05_SANDBOX_HOME);
  const state = env.XDG_STATE_HOME ? resolve(env.XDG_STATE_HOME) : join(env.HOME || homedir(), ".local", "state");
  return join(state, "lecture05", "sandbox");
}

export function endpointOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** The running daemon of this home. A file left behind by a killed one does not count: the daemon itself must answer. */
export async function findDaemon(home: string): Promise<RunningDaemon | undefined> {
  const facts = readDaemonFacts(home);
  if (!facts) return undefined;
  const health = await askHealth(facts.port);
  if (health?.pid !== facts.pid || health.home !== resolve(home)) return undefined;
  const { version = facts.version, engineAnswers = false } = health;
  return { ...facts, version, engineAnswers, endpoint: endpointOf(facts.port) };
}

/** Finds the daemon or starts it, and returns once it answers. Throws SANDBOX_UNAVAILABLE or what the daemon itself found. */
export async function ensureDaemon(home: string, options: EnsureOptions): Promise<RunningDaemon> {
  const running = await findDaemon(home);
  if (running && (options.version === undefined || running.version === options.version)) return running;
  // Of several commands that replace it at once, each must stop this one only.
  if (running) await stopProcess(home, running.pid, stopTimeoutMs);
  return startDaemonProcess(home, options);
}

async function startDaemonProcess(home: string, options: EnsureOptions): Promise<RunningDaemon> {
  const log = prepareHome(home);
  const child = spawn(process.execPath, [options.entry, resolve(home)], {
    cwd: home,
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...childEnvironment(options.env ?? process.env), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  closeSync(log);
  let ended = false;
  const end = new Promise<void>((resolveEnd) => {
    child.once("exit", resolveEnd).once("error", () => resolveEnd());
  });
  void end.then(() => (ended = true));
  child.unref();

  const deadline = Date.now() + (options.timeoutMs ?? 60_000);
  while (Date.now() < deadline) {
    const found = await findDaemon(home);
    if (found) {
      // Of several that were started at once ours may have lost: it must not come up when the other is stopped.
      if (found.pid !== child.pid) {
        child.ref();
        child.kill();
        await end;
      }
      return found;
    }
    // Ours ends at once when another one has the lock: then that one is about to answer.
    if (ended && liveLockHolder(home) === undefined) break;
    await sleep(30);
  }
  throw readStartError(home) ?? unavailable(home, ended);
}

/** Returns the open log. */
function prepareHome(home: string): number {
  try {
    makeDirectory(home);
    checkRoom(home);
    rmSync(daemonErrorFile(home), { force: true });
    rotateLog(home);
    return openSync(daemonLogFile(home), "a", 0o600);
  } catch (error) {
    throw homeUnwritable(home, error);
  }
}

/** A daemon without room for its lock and a line of its log could not even say so. */
function checkRoom(home: string): void {
  const probe = join(home, `.tmp-probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(neededBytes), { mode: 0o600 });
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Stops the daemon; its hosts keep running. False when there was none. */
export async function stopDaemon(home: string, timeoutMs = stopTimeoutMs): Promise<boolean> {
  const running = await findDaemon(home);
  // One that does not answer any more still holds the lock, which names its process.
  const pid = running?.pid ?? liveLockHolder(home);
  if (pid === undefined) {
    rmSync(daemonFile(home), { force: true });
    return false;
  }
  await stopProcess(home, pid, timeoutMs);
  return true;
}

async function stopProcess(home: string, pid: number, timeoutMs: number): Promise<void> {
  signal(pid, "SIGTERM");
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      signal(pid, "SIGKILL");
      break;
    }
    await sleep(30);
  }
  // Another one may have started meanwhile: the file is its own then.
  if (readDaemonFacts(home)?.pid === pid) rmSync(daemonFile(home), { force: true });
}

/** The account's root key, made by the daemon on its first start. Undefined before that. */
export function rootCredentials(home: string): { accessKeyId: string; secretAccessKey: string } | undefined {
  try {
    const { root } = JSON.parse(readFileSync(join(home, "iam.json"), "utf8")) as {
      root?: { accessKeyId?: string; secretAccessKey?: string };
    };
    if (!root?.accessKeyId || !root.secretAccessKey) return undefined;
    return { accessKeyId: root.accessKeyId, secretAccessKey: root.secretAccessKey };
  } catch {
    return undefined;
  }
}

interface Health {
  readonly pid?: number;
  readonly home?: string;
  readonly version?: string;
  readonly engineAnswers?: boolean;
}

function askHealth(port: number): Promise<Health | undefined> {
  return new Promise((resolveHealth) => {
    const request = get(
      { host: "127.0.0.1", port, path: `${internalPrefix}health`, timeout: 2_000, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("end", () => resolveHealth(parse(text)));
        response.on("error", () => resolveHealth(undefined));
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolveHealth(undefined));
  });
}

function parse(text: string): Health | undefined {
  try {
    return JSON.parse(text) as Health;
  } catch {
    return undefined;
  }
}

function liveLockHolder(home: string): number | undefined {
  const pid = findWorker(daemonLockDirectory(home))?.pid;
  return pid !== undefined && isAlive(pid) && isOurDaemon(pid, home) ? pid : undefined;
}

function rotateLog(home: string): void {
  const file = daemonLogFile(home);
  if (existsSync(file) && statSync(file).size > logLimitBytes) renameSync(file, `${file}.1`);
}
