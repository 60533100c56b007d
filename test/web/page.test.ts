import { readdirSync } from "node:fs";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { fullState } from "../report/sample.ts";
import { lockOf, runningNow, serve, type Served } from "./served.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});

afterAll(() => browser.close());

/** Opens the address as a person would, and notes what a person would not see. */
async function open({ address, origin }: Served): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) problems.push(request.url());
  });
  await page.goto(address);
  await page.locator("#report h2").first().waitFor();
  return { page, problems };
}

async function workingServed(args: readonly string[] = []): Promise<Served> {
  const served = await serve({ state: fullState({ steps: fullState().steps.slice(0, 1) }), run: runningNow() }, args);
  served.put("lock", lockOf("lecture05 up"));
  return served;
}

describe("the page", () => {
  it.each(["en", "ja"] as const)(
    "in %s is accessible at every width, light and dark, and fetches nothing from elsewhere",
    async (language) => {
      const served = await workingServed(["--lang", language]);
      const { page, problems } = await open(served);
      await page.locator("#steps li.working progress").waitFor();
      let parts = "";
      for (const width of [390, 768, 1440]) {
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          // The page's policy lets no script in; what DevTools evaluate is beside it.
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(${parts})`);
          // The report alone is looked at in every view by its own tests.
          parts = '{ exclude: ["#report"] }';
          const found = violations.map(({ id, impact, nodes }) => `${impact} ${id} ${nodes[0]?.html.slice(0, 120)}`);
          expect(found, `${width} ${colorScheme}`).toEqual([]);
          const widths = await page.evaluate<number[]>(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
          );
          expect(widths[0], `the page scrolls sideways at ${width}`).toBeLessThanOrEqual(widths[1] ?? 0);
        }
      }
      expect(await page.evaluate("document.documentElement.lang")).toBe(language);
      expect(problems).toEqual([]);
      await served.stop();
    },
  );

  it("shows how far the work is, and what the host prints, as text", async () => {
    const served = await workingServed();
    const { page } = await open(served);
    const step = page.locator("#steps li.working");
    await expect.poll(() => step.innerText()).toMatch(/puma[^]*running[^]*1 min \d\d s of about 2 min/);
    expect(await step.innerText()).toContain("install-ruby (2/8) on i-1 – 34/175 packages unpacked");
    expect(await step.locator("progress").getAttribute("value")).toMatch(/^[6-9]\d$/);
    expect(await step.getAttribute("aria-current")).toBe("step");
    expect(await page.locator("#announcement").innerText()).toBe("up, step 2/7: puma (Step puma)");
    expect(await page.locator("#output").innerText()).toContain("$ install-ruby (i-1)\nReading package lists...");
    expect(await page.locator("#output b").count()).toBe(0);
    expect(await page.title()).toMatch(/^2\/7 puma/);
    await served.stop();
  });

  it("shows the live release and the one before, and follows a deploy", async () => {
    const state = fullState();
    const [first, second] = ["a".repeat(12), "b".repeat(12)] as const;
    const puma = state.steps.find(({ name }) => name === "puma");
    if (puma) puma.output = { release: first };
    const served = await serve({ state });
    const { page, problems } = await open(served);
    const rows = page.locator("#releases tr");
    await expect.poll(() => rows.allInnerTexts()).toEqual([`${first}\tlive\tup`]);
    const installed = (release: string) => ({ release, recipe: "r" });
    const deployment = { current: installed(second), previous: installed(first), hosts: {}, records: [] };
    served.put("state.json", { ...state, deployment });
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual([`${second}\tlive\tup`, `${first}\tthe one before (rollback)\t-`]);
    expect(problems).toEqual([]);
    await served.stop();
  });

  it("follows the state: a step that is done, a check that failed, the stack taken down", async () => {
    const served = await serve({ state: fullState({ steps: fullState().steps.slice(0, 2) }) });
    const { page, problems } = await open(served);
    const word = (index: number) => page.locator("#steps li").nth(index).locator(".word");
    await expect.poll(() => word(1).innerText()).toBe("done");
    expect(await word(2).innerText()).toBe("not done");
    await page.locator("summary").first().click();

    const state = fullState();
    served.put("state.json", {
      ...state,
      steps: state.steps.map((step, index) => (index === 6 ? { ...step, status: "failed" } : step)),
    });
    await expect.poll(() => word(2).innerText()).toBe("done");
    expect(await word(6).innerText()).toBe("failed");
    await expect.poll(() => page.locator("#stage-s3 + dl").innerText(), { timeout: 6000 }).toContain("failed");
    expect(await page.locator("details[open]").count(), "what was unfolded stays so").toBe(1);

    served.put("last-stack.json", state);
    served.remove("state.json");
    await expect.poll(() => page.locator("#announcement").innerText()).toContain("The stack has been taken down.");
    await expect
      .poll(() => page.locator("#report").innerText(), { timeout: 6000 })
      .toContain("This report was made from its records");
    expect(await page.locator("#health-note").innerText()).toBe("No stack stands.");
    expect(problems).toEqual([]);

    expect((await served.stop()).exitCode).toBe(130);
    await expect.poll(() => page.locator("#connection").innerText(), { timeout: 6000 }).toContain("No connection");
    expect(readdirSync(served.directory).toSorted(), "nothing was written, no lock taken").toEqual([
      "last-stack.json",
      "topology.json",
      "worklog.ndjson",
    ]);
  });

  it("keeps what is typed into the report while the report changes", async () => {
    const served = await serve({ state: fullState() });
    const { page } = await open(served);
    const version = () => page.locator("#report").getAttribute("data-version");
    const first = await version();
    await page.getByLabel("Filter").fill("rails");
    expect(await page.locator("[data-count]").innerText()).toBe("1");
    served.put("state.json", fullState({ url: "http://127.0.5.9" }));
    await expect.poll(() => page.locator("#address").innerText()).toBe("http://127.0.5.9");
    expect(await version(), "not under the fingers of whoever types").toBe(first);
    await page.getByLabel("Filter").blur();
    await expect.poll(version, { timeout: 8000 }).not.toBe(first);
    expect(await page.getByLabel("Filter").inputValue()).toBe("rails");
    expect(await page.locator("[data-count]").innerText()).toBe("1");
    await served.stop();
  });
});
