import type { FaultFigure } from "./figures.ts";

export interface FiguresTable {
  readonly text: string;
  /** Rows whose promise does not hold. */
  readonly broken: readonly string[];
}

/** Figures of the same row added up, in the order of their first appearance, subjects together. */
export function figuresTable(figures: readonly FaultFigure[]): FiguresTable {
  const rows = new Map<string, FaultFigure>();
  for (const figure of figures) {
    const key = `${figure.subject}: ${figure.counted}`;
    const known = rows.get(key);
    rows.set(key, known ? add(known, figure) : figure);
  }
  const subjects = [...new Set([...rows.values()].map(({ subject }) => subject))];
  const lines = subjects.flatMap((subject) => {
    const own = [...rows.values()].filter((row) => row.subject === subject);
    return own.map((row, index) => [
      index === 0 ? subject : "",
      row.counted,
      amount(row),
      wanted(row.promised),
      isKept(row) ? "yes" : "NO",
    ]);
  });
  const header = ["what was done", "counted", "figure", "promised", "kept"];
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  return {
    text: [line(header), line(widths.map((width) => "-".repeat(width))), ...lines.map(line)].join("\n"),
    broken: [...rows].filter(([, row]) => !isKept(row)).map(([key]) => key),
  };
}

function add(one: FaultFigure, other: FaultFigure): FaultFigure {
  const whole = one.of === undefined && other.of === undefined ? {} : { of: (one.of ?? 0) + (other.of ?? 0) };
  return { ...one, value: one.value + other.value, ...whole };
}

function amount({ value, of }: FaultFigure): string {
  if (of === undefined) return String(value);
  return `${value} of ${of} (${of === 0 ? "0.0" : ((100 * value) / of).toFixed(1)} %)`;
}

function wanted(promised: FaultFigure["promised"]): string {
  if (promised === "all") return "all";
  return "atLeast" in promised ? `at least ${promised.atLeast}` : String(promised.exactly);
}

function isKept({ value, of, promised }: FaultFigure): boolean {
  // All of nothing proves nothing.
  if (promised === "all") return value === of && value > 0;
  return "atLeast" in promised ? value >= promised.atLeast : value === promised.exactly;
}
