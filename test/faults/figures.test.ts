import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { readFigures, recordFaultFigure, type FaultFigure } from "./support/figures.ts";
import { figuresTable } from "./support/figures-table.ts";

describe("a recorded figure", () => {
  it("is read back as it was given", () => {
    const directory = temporaryDirectory();
    const figures: FaultFigure[] = [
      { subject: "kill points", counted: "tried", value: 3, promised: { atLeast: 1 } },
      { subject: "kill points", counted: "resumed", value: 3, of: 3, promised: "all" },
    ];
    for (const figure of figures) recordFaultFigure(figure, directory);
    expect(readFigures(directory)).toEqual(figures);
  });
});

describe("the table of figures", () => {
  it("adds up rows of the same name and keeps subjects together", () => {
    const { text, broken } = figuresTable([
      { subject: "kill points", counted: "tried", value: 200, promised: { atLeast: 300 } },
      { subject: "fuzzed inputs", counted: "stack traces", value: 0, promised: { exactly: 0 } },
      { subject: "kill points", counted: "tried", value: 150, promised: { atLeast: 300 } },
      { subject: "kill points", counted: "resumed", value: 350, of: 350, promised: "all" },
    ]);
    expect(text.split("\n").slice(2)).toEqual([
      "kill points    tried         350                   at least 300  yes",
      "               resumed       350 of 350 (100.0 %)  all           yes",
      "fuzzed inputs  stack traces  0                     0             yes",
    ]);
    expect(broken).toEqual([]);
  });

  it.each([
    { value: 299, promised: { atLeast: 300 } },
    { value: 1, promised: { exactly: 0 } },
    { value: 349, of: 350, promised: "all" as const },
    { value: 0, of: 0, promised: "all" as const },
  ])("says that $promised is broken by $value", (figure) => {
    const { text, broken } = figuresTable([{ subject: "points", counted: "seen", ...figure }]);
    expect(broken).toEqual(["points: seen"]);
    expect(text).toMatch(/NO$/);
  });
});
