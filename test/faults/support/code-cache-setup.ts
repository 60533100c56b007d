import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the CLI's compiled code is kept for its next process; see `code-cache.cjs`. */
    codeCache: string;
  }
}

/** For one run of the tests: the next one may have another build. */
export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), "lecture05-code-"));
  project.provide("codeCache", directory);
  return () => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
