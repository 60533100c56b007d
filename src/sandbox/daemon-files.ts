import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeLastingDirectory, syncNow } from "../durable-files.ts";

/** What a running daemon tells about itself, in HOME/daemon.json and at /_lecture05/health. */
export interface DaemonFacts {
  readonly pid: number;
  readonly port: number;
  readonly startedAt: string;
  readonly version: string;
}

export function daemonFile(home: string): string {
  return join(home, "daemon.json");
}

/** Why the last start failed, for the command that started it. */
export function daemonErrorFile(home: string): string {
  return join(home, "daemon-error.json");
}

export function daemonLogFile(home: string): string {
  return join(home, "daemon.log");
}

/** The lock has a directory of its own, because every lock file is called the same. */
export function daemonLockDirectory(home: string): string {
  return join(home, "daemon-lock");
}

export const internalPrefix = "/_lecture05/";

export function readDaemonFacts(home: string): DaemonFacts | undefined {
  try {
    const facts = JSON.parse(readFileSync(daemonFile(home), "utf8")) as Partial<DaemonFacts>;
    if (typeof facts.pid !== "number" || typeof facts.port !== "number") return undefined;
    return { pid: facts.pid, port: facts.port, startedAt: facts.startedAt ?? "", version: facts.version ?? "" };
  } catch {
    return undefined;
  }
}

/** A random secret of this sandbox, made on first use. Whoever comes second reads what the first one wrote. */
export function secretIn(home: string, name: string, bytes = 32): string {
  makeLastingDirectory(home);
  const file = join(home, name);
  const candidate = `${file}.${process.pid}`;
  try {
    writeFileSync(candidate, randomBytes(bytes).toString("hex"), { mode: 0o600 });
    syncNow(candidate);
    linkSync(candidate, file);
    syncNow(home);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(candidate, { force: true });
  }
  return readFileSync(file, "utf8");
}
