import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeReport } from "../../src/report/write-files.ts";
import type { ReportFiles } from "../../src/report/write-files.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

describe("writing the report", () => {
  it("replaces only what changed, and removes pictures of stages that were proved anew", () => {
    const out = join(temporaryDirectory(), "a report");
    const files = (picture: string): ReportFiles =>
      new Map<string, string | Buffer>([
        ["index.html", "one"],
        [picture, Buffer.from(picture)],
      ]);
    const first = writeReport(out, files("evidence/puma-1.png"));
    expect(first.written).toEqual(["index.html", "evidence/puma-1.png"]);
    writeFileSync(join(out, "evidence", "my own notes.txt"), "mine");
    const second = writeReport(out, files("evidence/puma-2.png"));
    expect(second).toEqual({ written: ["evidence/puma-2.png"], unchanged: ["index.html"] });
    expect(existsSync(join(out, "evidence", "puma-1.png"))).toBe(false);
    expect(readFileSync(join(out, "evidence", "my own notes.txt"), "utf8")).toBe("mine");
  });

  it("says what to do when it cannot write there", () => {
    const file = join(temporaryDirectory(), "taken");
    writeFileSync(file, "");
    expect(() => writeReport(file, new Map([["index.html", "x"]]))).toThrow("REPORT_UNWRITABLE");
  });
});
