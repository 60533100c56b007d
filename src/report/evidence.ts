import { findBrowser, openBrowser, type Browser, type ScreenshotOptions } from "../records/browser.ts";
import { textIn, withText } from "../records/png-text.ts";
import type { KeptPage } from "../records/seen-pages.ts";
import { pumaPort, socketPath } from "../remote/paths.ts";
import type { StepRecord } from "../state/schema.ts";
import type { StepName } from "../steps/names.ts";
import type { Language } from "../text.ts";
import type { ReportData, ReportStage } from "./data.ts";
import type { Picture } from "./document.ts";
import { banner, pageWindow, pageWith, wholePage, type Provenance } from "./page-picture.ts";
import { terminalPicture } from "./terminal-picture.ts";
import { moment } from "./words.ts";

export interface Evidence {
  readonly picture: Picture;
  readonly caption: string;
}

export interface EvidenceOptions {
  readonly language: Language;
  /** The machine's browser, started by `startBrowser`; whoever started it closes it. Absent: no picture is taken. */
  readonly browser?: Promise<Browser | undefined> | undefined;
  readonly redact: (text: string) => string;
  readonly now: Date;
  /** A picture that an earlier report made of the same proof of a stage; undefined when there is none. */
  readonly earlier: (file: string) => Buffer | undefined;
  /** The page as the stage's checks saw it; undefined when none was kept. */
  readonly page?: ((step: StepName) => KeptPage | undefined) | undefined;
}

/** Where the checks of a stage knock. */
const addresses: Readonly<Record<StepName, string | undefined>> = {
  ec2: undefined,
  puma: `http://127.0.0.1:${pumaPort}/`,
  "puma-socket": `unix:${socketPath}`,
  nginx: "http://127.0.0.1/",
  "nginx-puma": "http://127.0.0.1/",
  alb: undefined,
  s3: undefined,
  "static-site": undefined,
  database: undefined,
  backup: undefined,
  redundancy: undefined,
};

/**
 * A picture for each stage that was proved: the page in a browser, where one is on the machine and the stage has a
 * page; what the terminal showed of the checks elsewhere. Without a browser the latter are SVG files.
 */
export async function gatherEvidence(data: ReportData, options: EvidenceOptions): Promise<Map<string, Evidence>> {
  const stages = data.stages.filter(({ record }) => record.checks.length > 0);
  const kept = new Map(stages.map((stage) => [stage.name, options.earlier(`${fileOf(stage.record)}.png`)]));
  const browser = await options.browser;
  const found = await Promise.all(
    stages.map(async (stage): Promise<[string, Evidence]> => {
      const png = kept.get(stage.name) ?? (browser && (await take(browser, stage, data, options)));
      const origin = png ? provenanceIn(png) : provenanceOf(stage, data, options);
      const file = `${fileOf(stage.record)}.${png ? "png" : "svg"}`;
      return [stage.name, describe(stage, file, png ?? drawTerminal(stage, data, options), origin, options)];
    }),
  );
  return new Map(found);
}

/** True when something was proved that no earlier report has a picture of: what the browser is started for. */
export const needsBrowser = (records: readonly StepRecord[], hasPicture: (file: string) => boolean): boolean =>
  records.some((record) => record.checks.length > 0 && !hasPicture(`${fileOf(record)}.png`));

/** Undefined where none is on the machine; one that does not start is as good as none. */
export async function startBrowser(env: NodeJS.ProcessEnv): Promise<Browser | undefined> {
  const executable = findBrowser(env);
  return executable === undefined ? undefined : openBrowser(executable).catch(() => undefined);
}

/** The time of the proof is in the name: a new proof gets a new picture, an old one keeps its own. */
function fileOf({ name, finishedAt }: StepRecord): string {
  return `evidence/${name}-${(finishedAt ?? "unfinished").replaceAll(/[-:]|\.\d+Z$/g, "")}`;
}

function describe(
  stage: ReportStage,
  file: string,
  data: string | Buffer,
  { time, url, host }: Provenance,
  { language }: EvidenceOptions,
): Evidence {
  const title = stage.title[language];
  return {
    picture: { file, alt: language === "ja" ? `${title} のエビデンス` : `Evidence of ${title}`, data },
    caption: `${title}: ${[time, url, host].filter(Boolean).join(", ")}`,
  };
}

/** Time, address and host of a stage's proof. */
function provenanceOf(stage: ReportStage, { url, hosts }: ReportData, { redact }: EvidenceOptions): Provenance {
  const { name, record } = stage;
  const outside = name in addresses && addresses[name] === undefined && name !== "ec2" ? `${url ?? ""}/` : "";
  return {
    time: moment(record.finishedAt),
    url: redact(addresses[name] ?? outside),
    host: hosts.map(({ instanceId }) => instanceId).join(", ") || "-",
  };
}

function drawTerminal(stage: ReportStage, data: ReportData, options: EvidenceOptions): string {
  const { language, redact } = options;
  const checks = stage.record.checks.map((check) => ({
    ...check,
    name: redact(check.name),
    title: check.title && { en: redact(check.title.en), ja: redact(check.title.ja) },
    expected: redact(check.expected),
    observed: redact(check.observed),
  }));
  return terminalPicture(
    { ...stage, record: { ...stage.record, checks } },
    provenanceOf(stage, data, options),
    language,
  );
}

/** The page of the stage, else the terminal; undefined when the browser fails at both. */
async function take(
  browser: Browser,
  stage: ReportStage,
  data: ReportData,
  options: EvidenceOptions,
): Promise<Buffer | undefined> {
  const ways = [livePage, keptPage, terminal];
  for (const way of ways) {
    const taken = await way(browser, stage, data, options).catch(() => undefined);
    if (taken) return taken;
  }
  return undefined;
}

type Way = (
  browser: Browser,
  stage: ReportStage,
  data: ReportData,
  options: EvidenceOptions,
) => Promise<Buffer | undefined>;

/** The page that the load balancer serves now. */
const livePage: Way = async (browser, stage, data, options) => {
  const { name, record } = stage;
  if (name !== "alb" || !data.url || data.standing.kind !== "seen" || record.status !== "done") return undefined;
  const url = `${data.url}/`;
  const origin = {
    ...provenanceOf(stage, data, options),
    url: options.redact(url),
    time: moment(options.now.toISOString()),
  };
  return shootPage(browser, url, origin, options);
};

/** The page as the stage's own checks got it: most can be opened by nobody once the next stage is there. */
const keptPage: Way = async (browser, stage, data, options) => {
  const { name, record } = stage;
  const page = options.page?.(name);
  // One that is older than the run belongs to an earlier proof, perhaps of another stack.
  if (!page || record.status !== "done" || page.seenAt < (record.startedAt ?? "")) return undefined;
  const { host } = provenanceOf(stage, data, options);
  const origin = { url: options.redact(page.url), time: moment(page.seenAt), host: page.instanceId ?? host };
  return shootPage(browser, wholePage(page, options.redact), origin, options);
};

async function shootPage(
  browser: Browser,
  url: string,
  origin: Provenance,
  { redact }: EvidenceOptions,
): Promise<Buffer> {
  return labelled(await browser.screenshot(url, { ...pageWindow, rewrite: redact, banner: banner(origin) }), origin);
}

const terminal: Way = async (browser, stage, data, options) => {
  const drawn = drawTerminal(stage, data, options);
  const width = Number(/ width="(\d+)"/.exec(drawn)?.[1] ?? 800);
  // Its corners are round: what shows there is as dark.
  const body = `<div style="background:#0d1117">${drawn}</div>`;
  return shoot(browser, body, provenanceOf(stage, data, options), { width, scale: 1.5 });
};

async function shoot(browser: Browser, body: string, origin: Provenance, options: ScreenshotOptions): Promise<Buffer> {
  return labelled(await browser.screenshot(pageWith(body), { ...options, maxHeight: 1700 }), origin);
}

const labelled = (png: Buffer, { time, url, host }: Provenance): Buffer =>
  withText(png, { "Creation Time": time, URL: url, Host: host });

function provenanceIn(png: Buffer): Provenance {
  const { "Creation Time": time = "", URL: url = "", Host: host = "" } = textIn(png);
  return { time, url, host };
}
