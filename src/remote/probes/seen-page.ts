import { gunzipSync } from "node:zlib";
import { styleSheetOf, type SeenFile, type SeenPage } from "../../records/seen-pages.ts";
import type { ProbeResults } from "../probes.ts";

/** What SSM gives back at once (GetCommandInvocation: 24,000 characters) has to hold the checks as well. */
const largestCharacters = 14_000;

export const seenPageFunctions = `
# packed: what comes in, in one line.
packed() { gzip -9 | base64 -w 0; }

# seen_page ADDRESS CURL-ARGUMENTS...: the first page as it is now, for the report; nothing when it is an error.
seen_page() { curl -sf --noproxy '*' --max-time 20 "$@" | packed | awk 'length($0) <= ${largestCharacters / 2}'; }

# seen_style ADDRESS CURL-ARGUMENTS...: its style sheet.
seen_style() {
  address=$1
  shift
  path=$(curl -s --noproxy '*' --max-time 20 "$@" "$address/" |
    sed -n 's/.*<link[^>]* href="\\([^"]*\\.css\\)".*/\\1/p' | head -n 1)
  [ -n "$path" ] || return
  curl -sf --noproxy '*' --max-time 20 "$@" "$address$path" | packed | awk 'length($0) <= ${largestCharacters / 2}'
}`;

/** Prints the first page and where it was asked for. `address` is what curl is told, `shown` what a person is. */
export function seePage(shown: string, address: string, curl: string): string {
  return `
probe seen_url echo ${shown}
probe seen_page seen_page "${address}/" ${curl}
probe seen_style seen_style "${address}" ${curl}`;
}

/** The page that a probe script printed: seen_page, seen_style. Undefined when it printed none, or none that is whole. */
export function readSeenPage(results: ProbeResults, instanceId: string): SeenPage | undefined {
  const { seen_url: url, seen_page: page, seen_style: style } = results;
  if (!url || !page) return undefined;
  try {
    const html = unpack(page);
    if (html === "") return undefined;
    const path = styleSheetOf(html);
    const files: Record<string, SeenFile> =
      path && style ? { [path]: { type: "text/css", base64: Buffer.from(unpack(style)).toString("base64") } } : {};
    return { url, instanceId, html, files };
  } catch {
    return undefined;
  }
}

const unpack = (text: string): string => gunzipSync(Buffer.from(text, "base64")).toString("utf8");
