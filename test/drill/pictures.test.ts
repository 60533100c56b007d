import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drillSvg } from "../../src/drill/svg-picture.ts";
import { keepDrill, loadDrills, type DrillRecord } from "../../src/drill/record.ts";
import { terminalPicture } from "../../src/drill/terminal-picture.ts";
import { figureRows } from "../../src/drill/words.ts";
import { createPaint } from "../../src/reporter/paint.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const record: DrillRecord = {
  kind: "puma",
  subject: "i-0123456789abcdef0",
  stack: "lecture05",
  startedAt: "2026-11-30T07:00:00.000Z",
  rate: 100,
  seconds: 12,
  failedAtMs: 3100,
  restoredBy: "itself",
  figures: {
    requests: 1200,
    failed: 200,
    failures: { "502": 200 },
    longestGapMs: 2050,
    outOfRotationMs: null,
    replacedMs: 1900,
    healthyAgainMs: 2060,
  },
  columnMs: 1000,
  hosts: ["ip-10-5-1-10 a", "ip-10-5-2-10 c"],
  columns: Array.from({ length: 12 }, (_none, at) => ({
    answered: at === 3 || at === 4 ? [0, 0] : [50, 50],
    failed: at === 3 || at === 4 ? 100 : 0,
  })),
};

describe("the picture in a terminal", () => {
  const draw = (columns: number) =>
    terminalPicture(record, { columns, failedLabel: "failed", paint: createPaint(false) });

  it("has a row a host and one for failures, and shows when the part failed", () => {
    expect(draw(80)).toEqual([
      "  ip-10-5-1-10 a  ▅▅▅··▅▅▅▅▅▅▅",
      "  ip-10-5-2-10 c  ▅▅▅··▅▅▅▅▅▅▅",
      "  failed          ···██·······",
      "                     ↑",
    ]);
  });

  it("fits a narrow terminal", () => {
    const long = { ...record, columns: Array.from({ length: 120 }, () => ({ answered: [50, 50], failed: 0 })) };
    const lines = terminalPicture(long, { columns: 60, failedLabel: "failed", paint: createPaint(false) });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    // Joined columns are as high as each of them.
    expect(lines[0]).toMatch(/ {2}▅+$/);
  });
});

describe("the picture in the report", () => {
  it("has a bar for every count above nothing, and none outside of the drawing", () => {
    const svg = drillSvg(record, "en");
    const bars = [
      ...svg.matchAll(
        /<rect class="drill-(?:host-\d|failed)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
      ),
    ];
    // Ten columns of two hosts, two of failures, three entries of the legend.
    expect(bars).toHaveLength(10 * 2 + 2 + 3);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    for (const [, x, y, w, h] of bars) {
      expect(Number(x) + Number(w)).toBeLessThanOrEqual(Number(width));
      expect(Number(y) + Number(h)).toBeLessThanOrEqual(Number(height));
    }
    expect(svg).toContain("↑ Puma on i-0123456789abcdef0 killed");
    expect(drillSvg(record, "ja")).toContain("失敗");
  });

  it("says the same figures as the command", () => {
    expect(Object.fromEntries(figureRows(record, "en"))).toEqual({
      requests: "1200 (100 a second for 12 s)",
      failed: "200 (16.67 %)",
      "failures by kind": "502: 200",
      "longest gap": "2.0 s",
      "out of rotation after": "never",
      "replaced after": "1.9 s",
      "healthy again after": "2.1 s",
    });
    const byHand = { ...record, restoredBy: "drill" as const, figures: { ...record.figures, replacedMs: null } };
    expect(Object.fromEntries(figureRows(byHand, "en"))["replaced after"]).toBe("by nobody; put back by the drill");
  });
});

describe("the record of drills", () => {
  it("keeps the last of each kind, in their order, and leaves out what cannot be read", () => {
    const directory = temporaryDirectory();
    expect(loadDrills(directory)).toEqual([]);
    keepDrill(directory, { ...record, startedAt: "2026-11-29T07:00:00.000Z" });
    keepDrill(directory, record);
    keepDrill(directory, { ...record, kind: "host", startedAt: "2026-11-30T06:00:00.000Z" });
    expect(loadDrills(directory).map(({ kind, startedAt }) => [kind, startedAt.slice(0, 13)])).toEqual([
      ["host", "2026-11-30T06"],
      ["puma", "2026-11-30T07"],
    ]);
    const file = join(directory, "drills", "puma.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
    expect(loadDrills(directory).map(({ kind }) => kind)).toEqual(["host"]);
  });
});
