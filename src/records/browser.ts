import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Lecture05Error } from "../errors.ts";
import { childEnvironment } from "./child-environment.ts";
import { DevTools } from "./dev-tools.ts";

/** A headless browser that is on the machine already. None is ever downloaded. */
export interface Browser {
  /** A PNG of the whole page as a window of this width shows it. Waits until it has loaded. */
  screenshot(url: string, options?: ScreenshotOptions): Promise<Buffer>;
  close(): Promise<void>;
}

export interface ScreenshotOptions {
  readonly width?: number;
  /** The window's height; a shorter page is filled up to it. */
  readonly minHeight?: number;
  /** At most; a longer page is cut. */
  readonly maxHeight?: number;
  readonly scale?: number;
  /** Applied to every text on the page before the picture is taken. */
  readonly rewrite?: (text: string) => string;
  /** HTML of our own that stands above the page; neither can style the other. */
  readonly banner?: string;
}

const loadTimeoutMs = 30_000;
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const macPaths = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/** Path of a Chromium of some make: $CHROME_PATH, else on the PATH, else where macOS keeps it. */
export function findBrowser(env: NodeJS.ProcessEnv): string | undefined {
  if (env.CHROME_PATH) return existsSync(env.CHROME_PATH) ? env.CHROME_PATH : undefined;
  const directories = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = directories.flatMap((directory) => names.map((name) => join(directory, name)));
  return [...candidates, ...macPaths].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function noBrowser(): Lecture05Error {
  return new Lecture05Error("BROWSER_MISSING", {
    what: { en: "No browser was found to draw the picture with", ja: "画像の作成に使うブラウザが見つかりません" },
    why: {
      en: "Neither Chromium nor Chrome is on the PATH, and CHROME_PATH does not name one",
      ja: "PATH に Chromium / Chrome がなく、CHROME_PATH も指定されていません",
    },
    next: [
      "sudo apt-get install chromium",
      { en: "or take a format that needs none: svg, drawio, mermaid", ja: "または svg / drawio / mermaid を使用" },
    ],
  });
}

/** Starts the browser with a profile of its own, talked to over a pipe: no port is opened. */
export async function openBrowser(executable: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "lecture05-browser-"));
  const child = spawn(executable, flags(profile), {
    env: childEnvironment(process.env),
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const tools = new DevTools(child);
  const close = async (): Promise<void> => {
    await end(child, tools);
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    await tools.send("Browser.getVersion");
  } catch (error) {
    await close();
    throw error;
  }
  // One, because a tab behind another is not drawn: its picture may never come.
  const tab = new Tab(tools);
  return { screenshot: (url, options) => tab.use((page) => screenshot(page, url, options)), close };
}

/** A tab of the browser, talked to. */
interface Page {
  send<T>(method: string, params?: object): Promise<T>;
}

/** A tab for one picture after the other: each new tab is a new process. */
class Tab {
  private page: Promise<Page> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly tools: DevTools) {}

  use<T>(work: (page: Page) => Promise<T>): Promise<T> {
    const turn = this.last.then(async () => work(await (this.page ??= openPage(this.tools))));
    this.last = turn.catch(() => {});
    return turn;
  }
}

async function openPage(tools: DevTools): Promise<Page> {
  const { targetId } = await tools.send<{ targetId: string }>("Target.createTarget", {
    url: "about:blank",
    newWindow: true,
  });
  const { sessionId } = await tools.send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
  const page: Page = {
    send: (method, params = {}) => tools.send(method, params, sessionId),
  };
  await page.send("Page.enable");
  // A page's own policy is about what others put into it, not about the banner.
  await page.send("Page.setBypassCSP", { enabled: true });
  return page;
}

function flags(profile: string): string[] {
  return [
    "--headless",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-gpu",
    // What a picture does without.
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    // Chromium refuses to run as root with its sandbox; the pages shown here are our own.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "about:blank",
  ];
}

async function end(child: ChildProcess, tools: DevTools): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await tools.send("Browser.close").catch(() => {});
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await ended;
  clearTimeout(timer);
}

async function screenshot(
  page: Page,
  url: string,
  { width = 1000, minHeight = 1, maxHeight = 4000, scale = 1, rewrite, banner }: ScreenshotOptions = {},
): Promise<Buffer> {
  const window = { width, height: minHeight, deviceScaleFactor: scale, mobile: false };
  await page.send("Emulation.setDeviceMetricsOverride", window);
  const { errorText } = await page.send<{ errorText?: string }>("Page.navigate", { url });
  if (errorText) throw new Error(`${url}: ${errorText}`);
  await waitUntilLoaded(page, url);
  if (rewrite) await rewriteTexts(page, rewrite);
  if (banner) await page.send("Runtime.evaluate", { expression: putAbove(banner) });
  const { cssContentSize } = await page.send<{ cssContentSize: { height: number } }>("Page.getLayoutMetrics");
  const height = Math.min(Math.max(1, Math.ceil(cssContentSize.height)), maxHeight);
  const { data } = await page.send<{ data: string }>("Page.captureScreenshot", {
    format: "png",
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width, height, scale: 1 },
  });
  return Buffer.from(data, "base64");
}

/** Runs in the page. What is fixed to the window stays below the banner, too: a transformed body is its window then. */
const putAbove = (html: string): string => `(() => {
  const place = document.createElement("div");
  place.style.cssText = "all: initial; display: block";
  place.attachShadow({ mode: "closed" }).innerHTML = ${JSON.stringify(html)};
  document.documentElement.insertBefore(place, document.body);
  document.body.style.transform = "translate(0)";
})()`;

/**
 * Asks the page itself: the event of its load is lost now and then when a tab changes its process on the way to another
 * site. The navigation has been answered, so it is the new page that answers.
 */
async function waitUntilLoaded(page: Page, url: string): Promise<void> {
  const deadline = Date.now() + loadTimeoutMs;
  while (Date.now() < deadline) {
    const expression = "document.readyState";
    const asked = page.send<{ result: { value?: string } }>("Runtime.evaluate", { expression, returnByValue: true });
    // Between two processes there is nobody to ask.
    if ((await asked.catch(() => undefined))?.result.value === "complete") return;
    await sleep(20);
  }
  throw new Error(`${url}: it did not load`);
}

/** Runs in the page: its texts and what stands in its fields, one after the other. */
const textsOfPage = `(() => {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push([walker.currentNode, "data"]);
  for (const field of document.querySelectorAll("input, textarea")) found.push([field, "value"]);
  return found;
})()`;

async function rewriteTexts(page: Page, rewrite: (text: string) => string): Promise<void> {
  const read = `${textsOfPage}.map(([place, name]) => place[name])`;
  const { result } = await page.send<{ result: { value: string[] } }>("Runtime.evaluate", {
    expression: read,
    returnByValue: true,
  });
  const changed = result.value.map((text) => (rewrite(text) === text ? null : rewrite(text)));
  const write = `for (const [index, [place, name]] of ${textsOfPage}.entries()) {
    const text = ${JSON.stringify(changed)}[index];
    if (text !== null && text !== undefined) place[name] = text;
  }`;
  await page.send("Runtime.evaluate", { expression: write });
}

/** An SVG file's picture as PNG, at twice its size for print. */
export async function screenshotSvg(svg: string, out: string, env: NodeJS.ProcessEnv): Promise<void> {
  const executable = findBrowser(env);
  if (!executable) throw noBrowser();
  const directory = mkdtempSync(join(tmpdir(), "lecture05-picture-"));
  try {
    const page = join(directory, "picture.html");
    writeFileSync(page, `<!doctype html><meta charset="utf-8"><body style="margin:0">${svg}</body>`);
    const width = Math.ceil(Number(/ width="([\d.]+)"/.exec(svg)?.[1] ?? 1000));
    const browser = await openBrowser(executable);
    try {
      writeFileSync(out, await browser.screenshot(pathToFileURL(page).href, { width, scale: 2, maxHeight: 8000 }));
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
