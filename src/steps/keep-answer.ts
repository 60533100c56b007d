import type { Http, HttpOutcome } from "../ports/http.ts";
import { styleSheetOf, type SeenFile } from "../records/seen-pages.ts";
import type { StepContext } from "./step.ts";

type Answer = Extract<HttpOutcome, { kind: "answer" }>;

/** Keeps a page that came through the load balancer, with its style sheet and what else a check has of it. */
export async function keepAnswer(
  ctx: StepContext,
  url: string,
  page: Answer,
  others: Readonly<Record<string, Answer>> = {},
  http: Http = ctx.ports.http,
): Promise<void> {
  const html = Buffer.from(page.body).toString("utf8");
  const path = styleSheetOf(html);
  const style = path ? await http.request(new URL(path, url).href, { timeoutMs: 5_000 }) : undefined;
  const found = { ...others, ...(path && style?.kind === "answer" && style.status === 200 ? { [path]: style } : {}) };
  const files = Object.fromEntries(
    Object.entries(found).map(([name, { headers, body }]): [string, SeenFile] => [
      name,
      { type: (headers["content-type"] ?? "").split(";")[0] ?? "", base64: Buffer.from(body).toString("base64") },
    ]),
  );
  ctx.keepPage({ url, html, files });
}
