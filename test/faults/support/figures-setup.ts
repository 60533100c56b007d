import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { readFigures } from "./figures.ts";
import { figuresTable } from "./figures-table.ts";

/** Collects what the suites of this project record, and prints it as one table when the last of them has ended. */
export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), "lecture05-fault-figures-"));
  project.provide("faultFigures", directory);
  return () => {
    const figures = readFigures(directory);
    rmSync(directory, { recursive: true, force: true });
    if (figures.length === 0) return;
    const { text, broken } = figuresTable(figures);
    process.stdout.write(`\nFault tests (docs/reliability.md)\n\n${text}\n\n`);
    if (broken.length === 0) return;
    process.stdout.write(`Broken promises: ${broken.join("; ")}\n`);
    process.exitCode = 1;
  };
}
