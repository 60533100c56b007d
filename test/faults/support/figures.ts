import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Where this run's suites leave their figures; made and emptied by `figures-setup.ts`. */
    faultFigures: string;
  }
}

/** One line of the table at the end of `npm run test:faults`. Figures of the same row, from whichever file, are added up. */
export interface FaultFigure {
  /** What was done to the tool, in a few words: "kill points", "fuzzed inputs". Rows of one subject stand together. */
  readonly subject: string;
  /** What was counted: "tried", "resumed", "duplicates", "stack traces". */
  readonly counted: string;
  readonly value: number;
  /** The whole of which `value` is a part; shown as "812 of 812 (100.0 %)". */
  readonly of?: number;
  /** What docs/reliability.md promises of the sum. A row that breaks it fails the run. */
  readonly promised: { readonly atLeast: number } | { readonly exactly: number } | "all";
}

/** Adds a figure to the table. Call it once the counting is over, also when the suite is about to fail. */
export function recordFaultFigure(figure: FaultFigure, directory = inject("faultFigures")): void {
  appendFileSync(join(directory, `${process.pid}.ndjson`), `${JSON.stringify(figure)}\n`);
}

export function readFigures(directory: string): FaultFigure[] {
  return readdirSync(directory)
    .toSorted()
    .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").filter(Boolean))
    .map((line) => JSON.parse(line) as FaultFigure);
}
