import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * `mkdir -p`, for the user alone. Not Node's own `recursive`: that tries for ever where the answer stays ENOENT although
 * the parent is there, which is what /proc says, and a link whose target is gone.
 */
export function makeDirectory(directory: string): void {
  try {
    makeOne(directory);
  } catch (error) {
    const parent = dirname(directory);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === directory) throw error;
    makeDirectory(parent);
    makeOne(directory);
  }
}

function makeOne(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Whether it is a directory shows with the first file in it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
