import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeDirectory } from "./make-directory.ts";

const temporaryPrefix = ".tmp-";

/** The new contents are in place, but the disk did not confirm that they will outlast a power cut. */
export class UnconfirmedWriteError extends Error {
  override readonly name = "UnconfirmedWriteError";
}

/** Makes renames, new names and removals in a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file so that a reader sees the old text or the new one, never half of it, also after kill -9 or a power cut.
 * When it throws, the old text is still there, unless it is an UnconfirmedWriteError.
 */
export async function writeDurably(directory: string, name: string, text: string): Promise<void> {
  const temporary = join(directory, `${temporaryPrefix}${randomBytes(8).toString("hex")}`);
  // Opened first: once the file has its name, nothing is needed any more that can run short.
  const parent = await open(directory, "r");
  try {
    await replace(temporary, join(directory, name), text);
    await parent.sync().catch((cause: unknown) => {
      throw new UnconfirmedWriteError(`fsync: ${join(directory, name)}`, { cause });
    });
  } finally {
    await parent.close();
  }
}

async function replace(temporary: string, file: string, text: string): Promise<void> {
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes a directory and those above it that are missing. All of them survive a power cut. */
export function makeLastingDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeLastingDirectory(dirname(directory));
  makeDirectory(directory);
  syncNow(dirname(directory));
}

/** For the start, before the first write: removes what writes that were killed left behind. */
export function removeTemporaries(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (isTemporary(name)) rmSync(join(directory, name), { force: true });
  }
}

export function isTemporary(name: string): boolean {
  return name.startsWith(temporaryPrefix);
}

/** A file or a directory. */
export function syncNow(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
