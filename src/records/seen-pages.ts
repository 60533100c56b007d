import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redact } from "./redact.ts";
import type { StepName } from "../steps/names.ts";

/** What else a page needs to look as it did: a style sheet, a picture; in base64. */
export interface SeenFile {
  readonly type: string;
  readonly base64: string;
}

/** A page as a check got it: what the report shows of a stage whose page nobody can open any more. */
export interface SeenPage {
  /** How it was asked for: "http://127.0.0.1:3000/", or the socket's path. */
  readonly url: string;
  /** The host that was asked on the spot; undefined when the page came through the load balancer. */
  readonly instanceId?: string;
  readonly html: string;
  /** By their path as the page names it. */
  readonly files: Readonly<Record<string, SeenFile>>;
}

export type KeptPage = SeenPage & { readonly seenAt: string };

const folder = "pages";
/** A page that takes more is not kept: evidence is a convenience, no archive. */
const largestBytes = 1_000_000;

/**
 * Keeps the page that a step's checks saw last, without secrets and without the tokens of its forms. Never throws: a
 * step does not fail because its evidence has no room.
 */
export function keepPage(directory: string, step: StepName, page: SeenPage, now: Date): void {
  const kept: KeptPage = { ...page, html: withoutTokens(redact(page.html)), seenAt: now.toISOString() };
  const text = JSON.stringify(kept);
  if (text.length > largestBytes) return;
  const file = join(directory, folder, `${step}.json`);
  try {
    mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    removeIfThere(`${file}.new`);
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // There is no such directory either.
  }
}

/** Undefined when none was kept, or none that can be read. */
export function loadPage(directory: string, step: StepName): KeptPage | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, folder, `${step}.json`), "utf8")) as KeptPage;
  } catch {
    return undefined;
  }
}

/** Rails' authenticity tokens. */
function withoutTokens(html: string): string {
  return html
    .replaceAll(/<meta[^>]*name="csrf-[^>]*>/g, "")
    .replaceAll(/<input[^>]*name="authenticity_token"[^>]*>/g, "");
}

/** The path of the first style sheet that a page names. */
export const styleSheetOf = (html: string): string | undefined =>
  /<link[^>]* href="([^"]*\.css)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
