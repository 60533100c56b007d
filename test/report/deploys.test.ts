import { describe, expect, it } from "vitest";
import { deploysSection } from "../../src/report/deploys-section.ts";
import type { ReportData } from "../../src/report/data.ts";
import type { DeployRecord } from "../../src/state/deployment.ts";

const record: DeployRecord = {
  command: "deploy",
  from: "aaaaaaaaaaaa",
  to: "bbbbbbbbbbbb",
  startedAt: "2026-01-02T03:04:05.000Z",
  finishedAt: "2026-01-02T03:05:05.000Z",
  outcome: "went-back",
  migrations: 2,
  hosts: [{ instanceId: "i-0001", release: "aaaaaaaaaaaa" }],
  reason: "page-through-nginx: 500",
};

describe("deploys in the report", () => {
  it.each(["en", "ja"] as const)("stand in a table in %s, with what became of them", (language) => {
    const data = { deploys: [record] } as unknown as ReportData;
    const blocks = deploysSection(data, (words) => words[language], language);
    const text = JSON.stringify(blocks);
    for (const part of ["aaaaaaaaaaaa → bbbbbbbbbbbb", "page-through-nginx: 500", "i-0001: aaaaaaaaaaaa", '"2"']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('"tone":"bad"');
  });

  it("are left out where there are none", () => {
    expect(deploysSection({ deploys: [] } as unknown as ReportData, (words) => words.en, "en")).toEqual([]);
  });
});
