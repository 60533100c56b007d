import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser, openBrowser, type Browser } from "../../src/records/browser.ts";
import { textIn } from "../../src/records/png-text.ts";
import { redactForPublication } from "../../src/records/publish.ts";
import type { KeptPage } from "../../src/records/seen-pages.ts";
import { gatherEvidence, needsBrowser, startBrowser, type EvidenceOptions } from "../../src/report/evidence.ts";
import { pageWith, wholePage } from "../../src/report/page-picture.ts";
import { fullState, sample } from "./sample.ts";

const seenAt = "2026-04-01T09:01:30.000Z";
const page = (changes: Partial<KeptPage> = {}): KeptPage => ({
  url: "http://127.0.0.1:3000/",
  instanceId: "i-00000000000000001",
  html: `<link rel="stylesheet" href="/a.css"><link rel="icon" href="http://elsewhere.example/"><meta http-equiv="refresh" content="0;url=http://elsewhere.example/"><h1>mail hanako@example.com</h1><img src="/p?a=1&amp;b=2">`,
  files: {
    "/a.css": { type: "text/css", base64: Buffer.from("h1 { color: red } </style><script>").toString("base64") },
    "/p?a=1&b=2": { type: "image/png", base64: "cGljdHVyZQ==" },
  },
  seenAt,
  ...changes,
});
const options = (changes: Partial<EvidenceOptions> = {}): EvidenceOptions => ({
  language: "en",
  redact: redactForPublication,
  now: new Date("2026-04-01T10:00:00Z"),
  earlier: () => undefined,
  ...changes,
});
const decoded = (url: string): string => Buffer.from(url.split(",")[1] ?? "", "base64").toString("utf8");

describe("a page that was kept", () => {
  it("has its files in it, runs nothing, fetches nothing and gives nothing away", () => {
    const html = decoded(wholePage(page(), redactForPublication));
    expect(html).toContain("<style>h1 { color: red }");
    expect(html).toContain('src="data:image/png;base64,cGljdHVyZQ=="');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<link|refresh|elsewhere|hanako|<\/style><script>/);
  });
});

describe("evidence without a browser", () => {
  it("is what the terminal showed, with time, address and host", async () => {
    const evidence = await gatherEvidence(sample({ titles: new Map() }), options());
    expect([...evidence.values()].map(({ picture }) => picture.file.replace(/-\d+T\d+/, ""))).toEqual([
      "evidence/ec2.svg",
      "evidence/puma.svg",
      "evidence/puma-socket.svg",
      "evidence/nginx.svg",
      "evidence/nginx-puma.svg",
      "evidence/alb.svg",
      "evidence/s3.svg",
    ]);
    const { picture, caption } = evidence.get("puma")!;
    expect(caption).toBe("puma: 2026-04-01 09:01:50 UTC, http://127.0.0.1:3000/, i-00000000000000001");
    expect(picture.data).toContain("2026-04-01 09:01:50 UTC  http://127.0.0.1:3000/  i-00000000000000001");
    expect(evidence.get("alb")?.caption).toContain("http://lecture05-**********.ap-northeast-1.elb.amazonaws.com/");
  });

  it("is the same where a browser does not start", async () => {
    const broken = startBrowser({ CHROME_PATH: "/bin/false" });
    expect(await broken).toBeUndefined();
    expect((await gatherEvidence(sample(), options({ browser: broken }))).get("puma")?.picture.file).toMatch(/\.svg$/);
  });
});

const strict = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src-attr 'none'">`;

describe("evidence with a browser", () => {
  let browser: Browser;
  const executable = findBrowser(process.env) ?? "";

  beforeAll(async () => {
    browser = await openBrowser(executable);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
  });

  it("is the page as the checks saw it, and says when and where in its file", async () => {
    const pages: Record<string, KeptPage> = { puma: page(), nginx: page({ seenAt: "2026-03-01T00:00:00.000Z" }) };
    const evidence = await gatherEvidence(
      sample({ standing: { kind: "gone" } }),
      options({ browser: Promise.resolve(browser), page: (step) => pages[step] }),
    );
    const wordsOf = (step: string) => textIn(evidence.get(step)?.picture.data as Buffer);
    expect(wordsOf("puma")).toEqual({
      "Creation Time": "2026-04-01 09:01:30 UTC",
      URL: "http://127.0.0.1:3000/",
      Host: "i-00000000000000001",
    });
    expect(evidence.get("puma")?.caption).toContain("2026-04-01 09:01:30 UTC, http://127.0.0.1:3000/");
    // That of an earlier stack does not count.
    expect(wordsOf("nginx")).toMatchObject({ "Creation Time": "2026-04-01 09:03:50 UTC" });
    const taken = new Map([...evidence.values()].map(({ picture }) => [picture.file, picture.data as Buffer]));
    // Whoever decides early whether to start a browser knows each picture by the name that it gets.
    const { steps } = fullState();
    expect(needsBrowser(steps, (file) => taken.has(file))).toBe(false);
    expect(needsBrowser(steps, (file) => !file.includes("/puma-socket-") && taken.has(file))).toBe(true);
    const kept = await gatherEvidence(sample(), options({ earlier: (file) => taken.get(file) }));
    expect(kept.get("puma")).toEqual(evidence.get("puma"));
  }, 60_000);

  it.each([
    ["any page", ""],
    ["a page with a policy of its own and something fixed at its top", strict],
  ])(
    "has the banner above %s, and the page below it as it is",
    async (_what, head) => {
      const fixed = head && '<p style="position:fixed;top:0;left:0;right:0;height:40px;margin:0">fixed</p>';
      const url = pageWith(`${head}${fixed}<div style="height:300px"></div>`);
      const heightOf = (png: Buffer): number => png.readUInt32BE(16 + 4);
      const bare = await browser.screenshot(url);
      const banner = '<div style="height:50px">where, when</div>';
      const below = await browser.screenshot(url, { banner });
      expect(heightOf(below) - heightOf(bare)).toBe(50);
      const empty = await browser.screenshot(url, { banner: '<div style="height:50px"></div>' });
      // Nothing of the page lies over it.
      expect(below.equals(empty)).toBe(false);
    },
    60_000,
  );

  it("is never left waiting for a tab, however many pictures are asked for at once", async () => {
    const urls = Array.from({ length: 9 }, (_, index) => pageWith(`<p style="height:${100 + index}px"></p>`));
    const taken = await Promise.all(urls.map((url) => browser.screenshot(url)));
    expect(new Set(taken.map((png) => png.readUInt32BE(20))).size).toBe(9);
  }, 20_000);

  it("has its texts rewritten before the picture is taken", async () => {
    const url = pageWith('<p id="a">198.51.100.7</p><input value="hanako@example.com">');
    const seen: string[] = [];
    const rewrite = (text: string): string => {
      seen.push(text);
      return redactForPublication(text);
    };
    const before = await browser.screenshot(url);
    const after = await browser.screenshot(url, { rewrite });
    expect(seen).toEqual(expect.arrayContaining(["198.51.100.7", "hanako@example.com"]));
    expect(after.equals(before)).toBe(false);
    expect((await browser.screenshot(url, { rewrite: (text) => text })).equals(before)).toBe(true);
  }, 60_000);
});
