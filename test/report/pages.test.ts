import axe from "axe-core";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redactForPublication } from "../../src/records/publish.ts";
import { makeReport } from "../../src/report/make-report.ts";
import type { ReportFiles } from "../../src/report/write-files.ts";
import { sample, type sources } from "./sample.ts";

let browser: Browser;
const reports = new Map<string, ReportFiles>();

const make = (language: "en" | "ja", changes: Parameters<typeof sources>[0] = {}): Promise<ReportFiles> =>
  // Without a browser on its path: what it would show is looked at in the end-to-end tests.
  makeReport(sample(changes), {
    language,
    redact: redactForPublication,
    now: new Date("2026-04-01T10:00:00Z"),
    directory: "/nonexistent",
  });

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  for (const language of ["en", "ja"] as const) reports.set(language, await make(language));
}, 60_000);

afterAll(async () => {
  await browser.close();
});

const views = (["en", "ja"] as const).flatMap((language) =>
  [390, 768, 1440].flatMap((width) => (["light", "dark"] as const).map((scheme) => [language, width, scheme] as const)),
);

describe("the page", () => {
  it.each(views)("in %s at %i pixels, %s, is accessible and fetches nothing", async (language, width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const requests: string[] = [];
    page.on("request", (request) => {
      if (!/^(about|data):/.test(request.url())) requests.push(request.url());
    });
    await page.setContent(String(reports.get(language)?.get("index.html")).replace(/<meta http-equiv[^>]*>/, ""));
    await page.evaluate(axe.source);
    const found = await page.evaluate<axe.AxeResults>("axe.run()");
    const scrolls = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    await page.close();
    expect(found.violations.map(({ id, impact, nodes }) => `${impact} ${id} ${nodes[0]?.html.slice(0, 120)}`)).toEqual(
      [],
    );
    expect(requests).toEqual([]);
    expect(scrolls, "the page itself scrolls sideways").toBe(false);
  });

  it("is black on white in print, also for those who read it in the dark", async () => {
    const page = await browser.newPage({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.setContent(String(reports.get("ja")?.get("index.html")).replace(/<meta http-equiv[^>]*>/, ""));
    const colours = await page.evaluate<string[]>(`["body", ".paper", ".node", ".timeline-paper"].map((selector) => {
      const style = getComputedStyle(document.querySelector(selector));
      return selector === "body" ? style.backgroundColor : style.fill;
    })`);
    const words = await page.evaluate<string[]>(`[".ink", ".soft", ".timeline text"].map((selector) =>
      getComputedStyle(document.querySelector(selector)).fill)`);
    const tint = await page.evaluate<string>(`getComputedStyle(document.querySelector(".tint-public-subnet")).fill`);
    const halo = await page.evaluate<string>(`getComputedStyle(document.querySelector(".halo text")).stroke`);
    await page.close();
    expect(new Set([...colours, halo])).toEqual(new Set(["rgb(255, 255, 255)"]));
    for (const word of words) expect(Math.max(...(word.match(/\d+/g) ?? []).map(Number)), word).toBeLessThan(50);
    expect(Math.min(...(tint.match(/\d+/g) ?? []).map(Number)), tint).toBeGreaterThan(220);
  });

  it("filters the modules", async () => {
    const page = await browser.newPage();
    await page.setContent(String(reports.get("en")?.get("index.html")).replace(/<meta http-equiv[^>]*>/, ""));
    await page.getByLabel("Filter").fill("gem rails");
    expect(await page.locator("[data-count]").textContent()).toBe("1");
    expect(await page.locator("table", { hasText: "rails" }).last().locator("tbody tr:visible").count()).toBe(1);
    await page.close();
  });
});

describe("the hand-in", () => {
  it("has its files", () => {
    expect([...(reports.get("ja")?.keys() ?? [])].filter((file) => !file.startsWith("evidence/"))).toEqual([
      "diagram.svg",
      "diagram.drawio",
      "timeline.svg",
      "sbom/i-00000000000000001.cdx.json",
      "index.html",
      "lecture05.md",
    ]);
  });

  it("is the same when nothing has changed", async () => {
    expect(await make("ja")).toEqual(reports.get("ja"));
  });

  it("says the same in Markdown, with commands and texts taken literally", () => {
    const markdown = String(reports.get("en")?.get("lecture05.md"));
    expect(markdown).toContain("| Checks | 14 of 14 hold |");
    expect(markdown).toContain("| GET / shows the list | 200 | 200 | ✓ OK |");
    expect(markdown).toContain("apt-get install ruby # `ticks` | and <angles>");
    expect(markdown).toContain("![Architecture of lecture05](diagram.svg)");
    expect(markdown).toMatch(
      /\| REMOTE\\_COMMAND\\_FAILED: no socket \| PUMA\\_STOPPED \(puma\): Puma is stopped \| `[^`]*puma.service'` \| ✓ at/,
    );
  });

  it("says when the stack is gone, and when nothing is known of how it looked", async () => {
    const text = String((await make("en", { standing: { kind: "gone" }, topology: undefined })).get("lecture05.md"));
    expect(text).toContain("The stack has been taken down. This report was made from its records.");
    expect(text).toContain("Nothing is known of how the stack looked");
  });
});
