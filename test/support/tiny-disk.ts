import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface TinyDisk {
  readonly directory: string;
  /** Leaves so many free bytes, in whole pages of 4 KiB. */
  fill(leaveBytes?: number): void;
  free(): void;
  /** Makes it read-only, also for root. */
  setReadOnly(readOnly: boolean): void;
}

/** A real file system of its own, small enough to be filled; unmounted after the test, also when that fails. */
export function tinyDisk(sizeKib = 512): TinyDisk {
  const directory = mkdtempSync(join(tmpdir(), "lecture05 tiny disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeKib}k`, "tmpfs", directory]);
  onTestFinished(() => {
    execFileSync("umount", ["-l", directory]);
    rmSync(directory, { recursive: true, force: true });
  });
  const ballast = join(directory, "ballast");
  const used = (path: string): number =>
    statSync(path).isDirectory()
      ? readdirSync(path).reduce((sum, name) => sum + used(join(path, name)), 0)
      : statSync(path).blocks * 512;
  return {
    directory,
    fill(leaveBytes = 0) {
      rmSync(ballast, { force: true });
      const size = sizeKib * 1024 - used(directory) - leaveBytes;
      writeFileSync(ballast, Buffer.alloc(Math.floor(size / 4096) * 4096, 1));
    },
    free: () => rmSync(ballast, { force: true }),
    setReadOnly(readOnly) {
      // The files of a process that was killed a moment ago are still being closed; busy till then.
      const script = `for attempt in 1 2 3 4 5 6 7 8 9; do mount -o "$1" "$2" && exit; sleep 0.2; done; exec mount -o "$1" "$2"`;
      execFileSync("sh", ["-c", script, "sh", `remount,${readOnly ? "ro" : "rw"}`, directory], { stdio: "pipe" });
    },
  };
}
