import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 300;

/** Holds a lock file with our pid while `work` runs, so that one process builds and the others wait. */
export async function withBuildLock<T>(
  options: { onWait(pid: number): void; signal?: AbortSignal | undefined; file?: string },
  work: () => Promise<T>,
): Promise<T> {
  const file = options.file ?? join(tmpdir(), `lecture05-images-${userInfo().username}.lock`);
  let told = false;
  while (!(await acquire(file))) {
    options.signal?.throwIfAborted();
    const holder = await holderOf(file);
    if (holder !== undefined && !isAlive(holder)) {
      await breakLock(file, holder);
      continue;
    }
    if (holder !== undefined && !told) {
      told = true;
      options.onWait(holder);
    }
    await sleep(pollMs, undefined, options.signal ? { signal: options.signal } : {});
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** Links a complete file into place: a lock without its pid in it is never seen. */
async function acquire(file: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, String(process.pid), { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number(await readFile(file, "utf8").catch(() => "NaN"));
  return Number.isInteger(pid) ? pid : undefined;
}

/** Two may find the same dead holder at once: whoever takes away somebody's fresh lock by mistake puts it back. */
async function breakLock(file: string, deadPid: number): Promise<void> {
  const aside = `${file}.dead.${process.pid}`;
  await rename(file, aside).catch(() => {});
  if ((await holderOf(aside)) !== deadPid) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
