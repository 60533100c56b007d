import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/errors.ts";
import { costOf } from "../../src/records/cost.ts";
import { hoursPerMonth, prices, pricesAsOf } from "../../src/records/prices.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe.each(["docs/aws.md", "docs/aws.ja.md"])("%s", (path) => {
  const text = read(path);

  it("says of every type of resource what it is for", () => {
    const [, union = ""] = /export type ResourceType =([^;]+);/.exec(read("src/steps/step.ts")) ?? [];
    const types = [...union.matchAll(/"([^"]+)"/g)].map(([, type = ""]) => type);
    expect(types.length).toBeGreaterThan(10);
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    for (const type of types) expect(rows.join("\n"), type).toContain(`\`${type}\``);
  });

  it("has the prices of the table in the package", () => {
    const price = (dollars: number): string => `$${dollars.toFixed(4)}`;
    const tokyo = { instanceType: "t3.small", region: "ap-northeast-1" };
    const all = costOf(tokyo, "s3");
    const amounts = [...all.items.map(({ dollars = 0 }) => dollars), costOf(tokyo, "nginx-puma").perHourDollars];
    for (const dollars of [...amounts, all.perHourDollars]) {
      expect(text).toContain(price(dollars));
      expect(text).toContain(`$${(dollars * hoursPerMonth).toFixed(2)}`);
    }
    expect(text).toContain(pricesAsOf);
    expect(text).toContain(Object.keys(prices).length === 10 ? "10" : "another number of regions");
  });

  it("names no error code that does not exist", () => {
    const named = [...text.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code = ""]) => code);
    expect(named.length).toBeGreaterThan(5);
    for (const code of named) {
      if (!code.startsWith("AWS_")) expect(errorCodes).toContain(code);
    }
  });
});

it("has the same headings, tables and commands in both languages", () => {
  const skeleton = (path: string) => {
    const lines = read(path).split("\n");
    return {
      headings: lines.filter((line) => line.startsWith("#")).map((line) => /^#+/.exec(line)?.[0]),
      rows: lines.filter((line) => line.startsWith("|")).length,
      commands: lines.filter((line) => /^\s*(aws|lecture05 up|lecture05 destroy|export|\*\/15)( |$)/.test(line)),
    };
  };
  expect(skeleton("docs/aws.ja.md")).toEqual(skeleton("docs/aws.md"));
});
