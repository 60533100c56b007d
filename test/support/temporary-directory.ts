import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory that is gone after the test. The name has a space and an umlaut, as people's directories do. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "lecture05 tést-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
