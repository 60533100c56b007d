import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, parseHolder, type LockHolder } from "./lock-holder.ts";

// Apart from taking the lock: `status` only looks, and must answer at once.

export const lockFileName = "lock";

/** Who holds the lock and is alive, without taking it. Undefined when nobody works here. */
export function findWorker(directory: string): LockHolder | undefined {
  const holder = readLock(directory);
  return holder && isAlive(holder) ? holder : undefined;
}

/** What the lock file says, alive or not. */
export function readLock(directory: string): LockHolder | undefined {
  try {
    return parseHolder(readFileSync(join(directory, lockFileName), "utf8"));
  } catch {
    return undefined;
  }
}
