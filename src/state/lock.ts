import { linkSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "../make-directory.ts";
import { redact } from "../records/redact.ts";
import { unwritable } from "./damage.ts";
import { lockFileName } from "./find-worker.ts";
import { describeSelf, isAlive, parseHolder, type LockHolder } from "./lock-holder.ts";
import { lockHeld, takeoverNote } from "./lock-text.ts";
import type { LocalizedText } from "../text.ts";

export interface Lock {
  /** The dead holder whose lock was taken over, if there was one. */
  readonly tookOverFrom: LockHolder | undefined;
  /** What to tell people about a takeover. */
  readonly note: LocalizedText | undefined;
  /** Notes in the lock what is being done, for whoever finds it held. */
  working(step: string): void;
  release(): void;
}

/**
 * One writer per directory. The lock is a hard link made atomically, so two commands that start at once cannot both
 * get it; a holder that is dead (pid gone or reused, machine rebooted) is replaced. Freed at the latest when the
 * process exits in an orderly way. Throws LOCK_HELD, or STATE_UNWRITABLE where no file can be made.
 */
export function acquireLock(directory: string, command: string, now: Date): Lock {
  const file = join(directory, lockFileName);
  const mine = describeSelf(redact(command), now);
  // Containers share pids, so the pid alone does not make a name of our own.
  const candidate = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    makeDirectory(directory);
    writeFileSync(candidate, JSON.stringify(mine), { mode: 0o600 });
    const takenOver = contend(file, candidate, now);
    sweep(directory, now);
    return heldLock(file, candidate, mine, takenOver, now);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw unwritable({ en: `The lock cannot be taken: ${file}`, ja: `ロックを取得できません: ${file}` }, error);
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Returns the lock that was taken over, if there was one: its holder, or "nobody" when it could not be told. */
function contend(file: string, candidate: string, now: Date): LockHolder | "nobody" | undefined {
  let takenOver: LockHolder | "nobody" | undefined;
  for (;;) {
    if (tryLink(candidate, file)) return takenOver;
    const holder = readHolder(file);
    if (holder === "gone") continue;
    if (holder && isAlive(holder)) throw lockHeld(holder, file, now);
    // Move the dead lock aside first: of several commands that see it dead, only one can.
    const grave = `${candidate}.dead`;
    try {
      renameSync(file, grave);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    const buried = parseHolder(readFileSync(grave, "utf8"));
    if (buried && isAlive(buried)) {
      // Between reading and renaming a living command had replaced the dead lock: give it back.
      tryLink(grave, file);
      rmSync(grave, { force: true });
      throw lockHeld(buried, file, now);
    }
    rmSync(grave, { force: true });
    takenOver = buried ?? "nobody";
  }
}

function heldLock(
  file: string,
  candidate: string,
  mine: LockHolder,
  takenOver: LockHolder | "nobody" | undefined,
  now: Date,
): Lock {
  const isMine = (): boolean => {
    try {
      const holder = parseHolder(readFileSync(file, "utf8"));
      return holder?.pid === mine.pid && holder.processStart === mine.processStart;
    } catch {
      return false;
    }
  };
  const release = (): void => {
    process.off("exit", release);
    if (isMine()) rmSync(file, { force: true });
  };
  // A second Ctrl-C, or a bug: whatever ends the process in its own way frees the lock.
  process.on("exit", release);
  const tookOverFrom = takenOver === "nobody" ? undefined : takenOver;
  return {
    tookOverFrom,
    note: takenOver && takeoverNote(tookOverFrom, now),
    working(step) {
      if (!isMine()) return;
      try {
        writeFileSync(candidate, JSON.stringify({ ...mine, step }), { mode: 0o600 });
        renameSync(candidate, file);
      } catch {
        // A full disk: the lock is held all the same, it only does not say at what step.
        rmSync(candidate, { force: true });
      }
    },
    release,
  };
}

/** Longer than it takes to write a candidate; until then an empty one may be that of a command that just starts. */
const writingMs = 60_000;

/** Removes what commands left that were killed while they took the lock. Those that wait for it now keep theirs. */
function sweep(directory: string, now: Date): void {
  for (const name of readdirSync(directory)) {
    if (!/^lock\.\d+\.[a-z0-9]+(?:\.dead)?$/.test(name)) continue;
    const file = join(directory, name);
    try {
      const holder = readHolder(file);
      const isLeft = holder ? holder !== "gone" && !isAlive(holder) : isOlder(file, writingMs, now);
      if (isLeft) rmSync(file, { force: true });
    } catch {
      // What is not ours to remove is no reason not to work.
    }
  }
}

const isOlder = (file: string, ageMs: number, now: Date): boolean => now.getTime() - lstatSync(file).mtimeMs > ageMs;

/** Undefined for a file that says nothing. What is no file, or cannot be read, is never moved out of the way. */
function readHolder(file: string): LockHolder | "gone" | undefined {
  try {
    // Reading a directory fails, and so does reading a file of another user.
    if (lstatSync(file).isFile()) return parseHolder(readFileSync(file, "utf8"));
    throw Object.assign(new Error(`${file} is no regular file`), { syscall: "read" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    throw error;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
