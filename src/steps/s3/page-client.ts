import { randomUUID } from "node:crypto";
import { Lecture05Error } from "../../errors.ts";
import { inWords } from "../../observed.ts";
import type { Http, HttpOutcome } from "../../ports/http.ts";

export interface FormFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A visitor of the application: keeps cookies, carries Rails' authenticity token, does not follow redirects. */
export class PageClient {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly http: Http,
    private readonly baseUrl: string,
  ) {}

  async get(path: string): Promise<Extract<HttpOutcome, { kind: "answer" }>> {
    return this.send("GET", path);
  }

  /** Loads the form at `formPath` for its authenticity token, then posts the fields as a browser would. */
  async submit(
    formPath: string,
    action: string,
    fields: Readonly<Record<string, string | FormFile>>,
    headers: Readonly<Record<string, string>> = {},
    onForm?: (page: string) => void,
  ): Promise<Extract<HttpOutcome, { kind: "answer" }>> {
    const page = text((await this.get(formPath)).body);
    onForm?.(page);
    const token = authenticityToken(page, action) ?? authenticityToken(page, undefined) ?? "";
    const boundary = `lecture05-${randomUUID()}`;
    return this.send("POST", action, multipart({ authenticity_token: token, ...fields }, boundary), {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      // As browsers do; Rails compares it with the address that it thinks it has.
      origin: new URL(this.baseUrl).origin,
      ...headers,
    });
  }

  private async send(
    method: "GET" | "POST",
    path: string,
    body?: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Extract<HttpOutcome, { kind: "answer" }>> {
    const url = new URL(path, this.baseUrl).href;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const outcome = await this.http.request(url, {
      method,
      headers: { "accept-language": "en", ...headers, ...(cookie ? { cookie } : {}) },
      ...(body ? { body } : {}),
      timeoutMs: 30_000,
    });
    if (outcome.kind !== "answer") {
      throw new Lecture05Error("STEP_CHECK_FAILED", {
        what: { en: `${method} ${url} got no answer`, ja: `${method} ${url} に応答がありません` },
        why: inWords(`${outcome.kind}: ${outcome.message}`),
        next: ["lecture05 verify alb"],
      });
    }
    for (const line of (outcome.headers["set-cookie"] ?? "").split("\n")) {
      const [, name, value] = /^([^=;\s]+)=([^;]*)/.exec(line) ?? [];
      if (name) this.cookies.set(name, value ?? "");
    }
    return outcome;
  }
}

export const text = (body: Uint8Array): string => Buffer.from(body).toString("utf8");

/** Rails ties a token to its form's action ("per-form CSRF tokens"), so the right form is looked for first. */
export function authenticityToken(page: string, action: string | undefined): string | undefined {
  const forms = page.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = action === undefined ? page : forms.find((candidate) => candidate.includes(`action="${action}"`));
  const input = form?.match(/<input[^>]*name="authenticity_token"[^>]*>/)?.[0];
  return input
    ?.match(/value="([^"]*)"/)?.[1]
    ?.replaceAll("&amp;", "&")
    .replaceAll("&#43;", "+");
}

function multipart(fields: Readonly<Record<string, string | FormFile>>, boundary: string): Uint8Array {
  const parts: (string | Uint8Array)[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
    if (typeof value === "string") parts.push(`${disposition}\r\n\r\n${value}\r\n`);
    else {
      parts.push(`${disposition}; filename="${value.fileName}"\r\nContent-Type: ${value.contentType}\r\n\r\n`);
      parts.push(value.bytes, "\r\n");
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
}
