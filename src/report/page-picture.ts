import { escapeXml } from "../diagram/svg.ts";
import type { KeptPage } from "../records/seen-pages.ts";

/** The window in which a page is shown, in pixels. */
export const pageWindow = { width: 1000, minHeight: 560, maxHeight: 1600 } as const;

/** What stands above a picture, and in its file: where, when, on which host. */
export interface Provenance {
  readonly url: string;
  readonly time: string;
  readonly host: string;
}

/** What stands above the picture of a page. */
export function banner({ url, time, host }: Provenance): string {
  const origin = [url, time, host].map((part) => `<span>${escapeXml(part)}</span>`).join("");
  return `<div style="display:flex;flex-wrap:wrap;gap:.3em 2em;padding:10px 16px;background:#24292f;color:#ffffff;font:15px sans-serif">${origin}</div>`;
}

const policy = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`;

/** A page as a check got it, with its files in it. Nothing in it runs, nothing is fetched, and it leads nowhere. */
export function wholePage({ html, files }: KeptPage, redact: (text: string) => string): string {
  const styles = new Map<string, string>();
  let body = redact(html).replaceAll(/<meta[^>]*http-equiv[^>]*>/gi, "");
  for (const [path, { type, base64 }] of Object.entries(files)) {
    const named = escapeXml(path).replaceAll("&apos;", "'");
    if (type === "text/css") styles.set(named, Buffer.from(base64, "base64").toString("utf8"));
    else body = body.replaceAll(`src="${named}"`, () => `src="data:${type};base64,${base64}"`);
  }
  const inlined = body.replaceAll(/<link[^>]*>/gi, (link) => {
    const style = [...styles].find(([path]) => link.includes(`"${path}"`))?.[1];
    return style === undefined ? "" : `<style>${style.replaceAll("</", String.raw`<\/`)}</style>`;
  });
  return address(`<!doctype html>${policy}${inlined}`);
}

/** A page of our own for the browser. */
export const pageWith = (body: string): string =>
  address(`<!doctype html><meta charset="utf-8"><style>body { margin: 0 } svg, img { display: block }</style>${body}`);

const address = (html: string): string => `data:text/html;base64,${Buffer.from(html).toString("base64")}`;
