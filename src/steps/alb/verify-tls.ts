import { randomUUID } from "node:crypto";
import type { HttpOutcome, Http, TlsRoute } from "../../ports/http.ts";
import type { AlbOutput } from "../alb.ts";
import { check } from "../check.ts";
import { PageClient } from "../s3/page-client.ts";
import { pathsOf } from "../s3/remove-fruits.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { httpsPort } from "./settings.ts";

/** What TLS adds: the certificate, the versions, the redirect, and what Rails says when it knows of it. */
export async function verifyTls(ctx: StepContext, output: AlbOutput, http: Http, route: TlsRoute): Promise<Check[]> {
  const { dnsName } = output;
  const visitors = ctx.ports.http;
  const [modern, old, plain, form, page] = await together([
    visitors.handshake(dnsName, route.serverName),
    visitors.handshake(dnsName, route.serverName, "TLSv1.1"),
    visitors.request(`http://${dnsName}${askedFor}`),
    postForm(ctx, output, http, route),
    http.request(`${output.url}/fruits/new`),
  ]);
  return [
    {
      name: "certificate",
      title: { en: "The certificate asked for answers", ja: "指定した証明書で応答する" },
      expected: short(route.fingerprint),
      observed: modern.kind === "connected" ? short(modern.fingerprint) : `${modern.kind}: ${modern.message}`,
      ok: modern.kind === "connected" && modern.fingerprint === route.fingerprint,
    },
    {
      name: "tls-version",
      title: { en: "A client of today speaks", ja: "新しいクライアントとの TLS バージョン" },
      expected: "TLSv1.2 or TLSv1.3",
      observed: modern.kind === "connected" ? modern.version : modern.kind,
      ok: modern.kind === "connected" && /^TLSv1\.[23]$/.test(modern.version),
    },
    {
      name: "old-tls-refused",
      title: { en: "TLS 1.1 and older is refused", ja: "TLS 1.1 以前は拒否される" },
      expected: "refused in the handshake",
      // Whoever does not answer at all has not refused it.
      observed:
        old.kind === "connected"
          ? `${old.version} accepted`
          : isRefusal(old.message)
            ? "refused in the handshake"
            : `${old.kind}: ${old.message}`,
      ok: old.kind !== "connected" && isRefusal(old.message),
    },
    check(
      "http-redirected",
      { en: "Port 80 sends visitors to the same page by https", ja: "80 番ポートは同じページの https へ転送する" },
      `301 https://${dnsName}:${httpsPort}${askedFor}`,
      describe(plain, ({ status, headers }) => `${status} ${headers["location"] ?? "without location"}`),
    ),
    form,
    check(
      "cookie-secure",
      { en: "The session's cookie travels by https only", ja: "セッション Cookie は https でのみ送信される" },
      "secure",
      describe(page, ({ headers }) => cookieOf(headers["set-cookie"] ?? "")),
    ),
    check(
      "strict-transport",
      { en: "Browsers are told to stay with https (HSTS)", ja: "HSTS ヘッダーがある" },
      "max-age",
      describe(page, ({ headers }) => (headers["strict-transport-security"] ?? "no header").replace(/=.*/, "")),
    ),
  ];
}

/** A path and a query that only exist here, so that both must come back. */
const askedFor = "/fruits/new?from=lecture05&to=https";

/** As a browser sends it: Rails compares Origin with what the load balancer and Nginx tell it about the address. */
async function postForm(ctx: StepContext, { url }: AlbOutput, http: Http, route: TlsRoute): Promise<Check> {
  const name = `lecture05 check ${randomUUID()}`;
  const title = { en: "A form can be sent by https", ja: "https でフォームを送信できる" };
  const seen = await ctx.without([{ kind: "fruit", url, name, route }], async () => {
    const page = new PageClient(http, url);
    try {
      const fields = { "fruit[name]": name, "fruit[description]": "" };
      const made = await page.submit("/fruits/new", "/fruits", fields);
      if (made.status !== 302 && made.status !== 303) return String(made.status);
      for (const path of pathsOf(Buffer.from((await page.get("/")).body).toString("utf8"), name)) {
        await page.submit(path, path, { _method: "delete" });
      }
      return "302 or 303";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  return check("form-by-https", title, "302 or 303", seen);
}

const isRefusal = (message: string): boolean => /alert|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE/i.test(message);

/** The beginning is enough to tell two apart. */
const short = (fingerprint: string): string => `${fingerprint.replaceAll(":", "").slice(0, 16).toLowerCase()}…`;

function cookieOf(lines: string): string {
  const cookies = lines.split("\n").filter((line) => line !== "" && !line.startsWith("AWSALB"));
  if (cookies.length === 0) return "no cookie";
  return cookies.every((line) => /;\s*secure\b/i.test(line)) ? "secure" : "not secure";
}

function describe(outcome: HttpOutcome, say: (answer: Extract<HttpOutcome, { kind: "answer" }>) => string): string {
  return outcome.kind === "answer" ? say(outcome) : `${outcome.kind}: ${outcome.message}`;
}
