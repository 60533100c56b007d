import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "../make-directory.ts";

/**
 * Writes a file that only shows or guesses something: by a rename, so that nobody reads half of it, for the user alone.
 * What cannot be written is left, because no run may fail for it, and nothing waits for the disk.
 */
export function replaceQuietly(directory: string, name: string, text: string): void {
  const temporary = join(directory, `.tmp-${randomBytes(8).toString("hex")}`);
  try {
    makeDirectory(directory);
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    renameSync(temporary, join(directory, name));
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Not even there: a file stands where a directory should.
    }
  }
}
