import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { collect, type InstalledPackage } from "../support/installed-package.ts";

/** Tests of `status --web` on a stack that stands whole. Registered by the file that owns the stack. */
export function livePage(tool: () => InstalledPackage): void {
  it("has learned how long its steps take, and read along while a host installed packages", () => {
    const { durations } = JSON.parse(
      readFileSync(join(tool().root, "state home", "lecture05", "durations.json"), "utf8"),
    ) as { durations: Record<string, number[]> };
    expect(durations["sandbox first puma"]?.[0]).toBeGreaterThan(1000);
    const log = readFileSync(join(tool().stateDirectory, "worklog.ndjson"), "utf8");
    expect(log).toContain('"script":"read-install-ruby"');
  });

  it("serves a page that knows the targets' health and counts each host's requests, until Ctrl-C", async () => {
    const child = tool().start(["status", "--web", "--lang", "en"]);
    const ended = collect(child);
    const address = await new Promise<string>((resolve, reject) => {
      let text = "";
      child.stdout?.on("data", (part: Buffer) => {
        text += part.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text);
        if (found) resolve(found[0]);
      });
      child.once("close", () => reject(new Error("it ended without an address")));
    });
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      await page.goto(address);
      const cells = (table: string) => page.locator(`#${table} tr td`).allInnerTexts();
      await expect
        .poll(() => cells("targets"), { timeout: 30_000 })
        .toEqual([expect.stringMatching(/^i-/), expect.stringMatching(/^ap-northeast-1[ac]$/), "healthy"]);
      const visitors = async (): Promise<number> => Number((await cells("requests"))[1]);
      await expect.poll(visitors, { timeout: 30_000 }).toBeGreaterThan(0);
      const before = await visitors();
      const { url } = JSON.parse(await tool().ok("status", "--json")) as { url: string };
      for (let visit = 0; visit < 3; visit++) expect((await fetch(url)).status).toBe(200);
      await expect.poll(visitors, { timeout: 30_000 }).toBe(before + 3);
      expect(await page.locator("#announcement").innerText()).toBe("[sandbox] All steps are done");
      const width = await page.evaluate<number>("document.querySelector('#report img').naturalWidth");
      expect(width, "the drawing shows").toBeGreaterThan(100);
    } finally {
      await browser.close();
      child.kill("SIGINT");
    }
    expect(await ended).toMatchObject({ code: 130, stderr: "" });
  });
}
