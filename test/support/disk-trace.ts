import type * as promises from "node:fs/promises";
import { basename, dirname } from "node:path";

type Files = typeof promises;
type FileHandle = promises.FileHandle;

/**
 * What would be lost in a power cut now: a kill alone does not show it, because the kernel keeps what was written. Wraps
 * Node's file functions; the calls themselves are the real ones.
 *
 *     vi.mock("node:fs/promises", async (original) => trace.wrap(await original()));
 */
export class DiskTrace {
  /** What was done, in order: "write NAME", "sync NAME", "rename NAME", "remove NAME". */
  readonly steps: string[] = [];
  /** Files that got their name before their contents, or what they refer to, was on disk. */
  readonly early: string[] = [];
  /** Set to make every write fail as on a full disk. */
  isFull = false;
  /** Files that were written since they were last synced. */
  private readonly unsynced = new Set<string>();
  /** Names that came, or that went and count, since their directory was last synced. */
  private readonly changed = new Set<string>();

  /** What is not safe yet, short of files that have only their temporary name. */
  atRisk(): string[] {
    const all = new Set([...this.unsynced, ...this.changed]);
    return [...all].filter((path) => !basename(path).startsWith(".tmp-")).sort();
  }

  wrap(files: Files): Files {
    return {
      ...files,
      open: (async (path: string, flags = "r", mode?: number) => {
        const handle = await files.open(path, flags, mode);
        if (flags !== "r") this.changed.add(path);
        return this.watch(handle, path);
      }) as Files["open"],
      rename: (async (from: string, to: string) => {
        // A new directory may get its name when what is in it has: all of that is before the answer.
        const others = this.atRisk().filter((path) => path !== dirname(to));
        const risky = [...others, ...(this.unsynced.has(from) ? [from] : [])];
        if (risky.length > 0) this.early.push(`${basename(to)} before ${risky.join(", ")}`);
        await files.rename(from, to);
        this.steps.push(`rename ${basename(to)}`);
        this.changed.delete(from);
        this.changed.add(to);
      }) as Files["rename"],
      rm: (async (path: string, options?: { recursive?: boolean }) => {
        await files.rm(path, options);
        this.steps.push(`remove ${basename(path)}`);
        this.forget(path);
        // Bytes that no record names, and the rest of what is gone already, may come back: the next start sweeps them.
        if (!options?.recursive && basename(dirname(path)) !== "blobs") this.changed.add(path);
      }) as Files["rm"],
      mkdir: (async (path: string, options: object) => {
        const made = await files.mkdir(path, options);
        this.changed.add(path);
        return made;
      }) as Files["mkdir"],
    };
  }

  private watch(handle: FileHandle, path: string): FileHandle {
    const [write, writev, writeFile, sync] = [
      handle.write.bind(handle) as (...given: unknown[]) => unknown,
      handle.writev.bind(handle),
      handle.writeFile.bind(handle),
      handle.sync.bind(handle),
    ];
    const writing = (): void => {
      this.steps.push(`write ${basename(path)}`);
      this.unsynced.add(path);
      if (this.isFull) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    handle.write = (async (...given: unknown[]) => {
      writing();
      return write(...given);
    }) as FileHandle["write"];
    handle.writev = async (...given) => {
      writing();
      return writev(...given);
    };
    handle.writeFile = async (...given) => {
      writing();
      return writeFile(...given);
    };
    handle.sync = async () => {
      const before = [...this.changed].filter((it) => dirname(it) === path);
      await sync();
      this.steps.push(`sync ${basename(path)}`);
      this.unsynced.delete(path);
      for (const it of before) this.changed.delete(it);
    };
    return handle;
  }

  private forget(path: string): void {
    for (const set of [this.unsynced, this.changed]) {
      for (const it of set) if (it === path || it.startsWith(`${path}/`)) set.delete(it);
    }
  }
}
