import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A pid may have been given to another program since: our daemon has its home as an argument. */
export function isOurDaemon(pid: number, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(resolve(home));
  } catch {
    // Without /proc (macOS) the pid alone decides.
    return !existsSync("/proc/self");
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** A child of ours that was not waited for yet is still in the process table. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
