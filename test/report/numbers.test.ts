import { beforeAll, describe, expect, it } from "vitest";
import { buildReport } from "../../src/report/data.ts";
import { makeReport } from "../../src/report/make-report.ts";
import { numbered } from "./numbered.ts";
import { constants, invented, knownNumbers, numbersIn, visible } from "./trace-numbers.ts";

const languages = ["en", "ja"] as const;
const seeds = [0, 1] as const;
const texts = new Map<string, { readonly html: string; readonly markdown: string }>();

beforeAll(async () => {
  for (const language of languages) {
    for (const seed of seeds) {
      const files = await makeReport(buildReport(numbered(seed)), {
        language,
        redact: (text) => text,
        now: new Date("2026-04-01T10:00:00Z"),
        directory: "/nonexistent",
      });
      const html = visible(String(files.get("index.html")));
      texts.set(`${language} ${seed}`, { html, markdown: String(files.get("lecture05.md")) });
    }
  }
}, 60_000);

const cases = languages.flatMap((language) => seeds.map((seed) => [language, seed] as const));

describe("every number of the report", () => {
  it.each(cases)("comes from the records (%s, records %i)", (language, seed) => {
    const { html, markdown } = texts.get(`${language} ${seed}`)!;
    const sources = numbered(seed);
    expect(numbersIn(html).length).toBeGreaterThan(1000);
    expect(invented(html, sources, language)).toEqual([]);
    expect(invented(markdown, sources, language)).toEqual([]);
  });

  it.each(languages)("has nowhere to hide: two sets of records have hardly a number in common (%s)", (language) => {
    const [one, other] = seeds.map((seed) => knownNumbers(numbered(seed), language));
    const common = [...one!].filter((number) => other!.has(number) && !constants.has(number));
    // Of minutes and seconds; a number that was made up would have to be among them for both records.
    expect(common.filter((number) => !/^\d\d?$/.test(number))).toEqual([]);
    expect(common.length).toBeLessThan(40);
  });

  it("would be caught when it was invented", () => {
    const { html } = texts.get("en 0")!;
    for (const number of ["4711", "0.42", "12:34:56", "10.0.0.1", "97"]) {
      expect(invented(`${html} ${number} s`, numbered(0), "en")).toEqual([number]);
    }
  });
});
