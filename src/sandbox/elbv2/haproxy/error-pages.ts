import { quote } from "./quote.ts";

const titles = {
  400: "400 Bad Request",
  408: "408 Request Timeout",
  500: "500 Internal Server Error",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
} as const;

export type ErrorStatus = keyof typeof titles;

/** What a load balancer itself says, byte for byte (CRLF, no charset). */
export function errorPage(status: ErrorStatus): string {
  return page(titles[status]);
}

export const errorPageLines = (Object.keys(titles).map(Number) as ErrorStatus[]).map(
  (status) =>
    `  http-error status ${status} content-type text/html string ${quote(errorPage(status))} hdr Server awselb/2.0`,
);

/**
 * HAProxy says 503 whenever it reached no server. ELB says 504 when the target was silent (a session state of "s…")
 * and 502 when it refused; `http-after-response` sets the status and this the text.
 */
export const unreachedPageLine = (() => {
  const marker = "TITLE";
  const title = `%[txn.sess_term_state,regsub(^s.*,${titles[504]}),regsub(^[^5].*,${titles[502]})]`;
  const text = quote(page(marker)).replaceAll(marker, title);
  return `  http-error status 503 content-type text/html lf-string ${text} hdr Server awselb/2.0`;
})();

function page(title: string): string {
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}
