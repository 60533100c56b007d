import { randomUUID } from "node:crypto";
import { check } from "../check.ts";
import { alb } from "../alb.ts";
import { visitor } from "../alb/visitor.ts";
import { PageClient, text } from "../s3/page-client.ts";
import { originalOn, withPictureRecord } from "../s3/picture-record.ts";
import { randomPng } from "../s3/test-image.ts";
import type { Check, StepContext } from "../step.ts";
import { servedBy } from "./served-by.ts";

/** The load balancer takes the hosts in turns; with so many tries for each, one that is never seen does not serve. */
const triesPerHost = 15;

/** What a visitor finds who is answered by one host now and by another one next. */
export async function checkShared(ctx: StepContext, ids: readonly string[]): Promise<Check[]> {
  return [await sessionIsShared(ctx, ids), ...(await recordIsShared(ctx, ids))];
}

/**
 * A form that one host gave out is sent to another. Rails takes it only when it can read the cookie and the form's token
 * of the first. The form is empty, so that nothing is saved: the page that says so names the host that took it.
 */
async function sessionIsShared(ctx: StepContext, ids: readonly string[]): Promise<Check> {
  const output = ctx.output(alb);
  const http = await visitor(ctx.ports, output);
  const title = {
    en: "A form that one host gave out is taken by another",
    ja: "別のホストが発行したフォームを受け付ける",
  };
  const told = (observed: string): Check => check("session-shared", title, "422 by another host", observed);
  let seen = "always the same host";
  for (let attempt = 0; attempt < triesPerHost * ids.length; attempt++) {
    const page = new PageClient(http, output.url);
    const gaveOut = { host: undefined as string | undefined };
    const answer = await page.submit(
      "/fruits/new",
      "/fruits",
      { "fruit[name]": "" },
      {},
      (form) => (gaveOut.host = servedBy(form)),
    );
    const took = servedBy(text(answer.body));
    // Rails' own page of a token that it does not take names no host.
    if (took === undefined) return told(`${answer.status}, refused`);
    if (took === gaveOut.host) continue;
    seen = `${answer.status} by another host`;
    break;
  }
  return told(seen);
}

/** A record with a picture that was saved through one host is shown by every one, the picture byte for byte. */
async function recordIsShared(ctx: StepContext, ids: readonly string[]): Promise<Check[]> {
  const image = randomPng();
  return withPictureRecord(ctx, async ({ page, upload }) => {
    const created = await upload(image, randomUUID());
    const location = new URL(created.headers.location ?? "/", "http://any").pathname;
    const [shownBy, wrong] = [new Set<string>(), new Set<string>()];
    let pictures = 0;
    for (let attempt = 0; attempt < triesPerHost * ids.length && shownBy.size < ids.length; attempt++) {
      const answer = await page.get(location);
      const html = text(answer.body);
      const host = servedBy(html);
      const original = originalOn(html);
      if (answer.status !== 200 || host === undefined || original === undefined) {
        wrong.add(String(answer.status));
        continue;
      }
      if (shownBy.has(host)) continue;
      shownBy.add(host);
      const back = await page.get(original);
      if (back.status === 200 && Buffer.from(back.body).equals(Buffer.from(image))) pictures++;
      else wrong.add(`picture ${back.status}`);
    }
    await page.submit(location, location, { _method: "delete" });
    const faults = [...wrong].join(", ");
    return [
      check(
        "record-on-all-hosts",
        { en: "A record saved through one host is shown by", ja: "1 台で登録したレコードを表示するホスト" },
        `${ids.length} of ${ids.length}`,
        `${shownBy.size} of ${ids.length}${faults ? ` (${faults})` : ""}`,
      ),
      check(
        "picture-on-all-hosts",
        { en: "Its picture comes back the same, asked for beside each", ja: "どのホストの表示からも同じ画像が返る" },
        `${ids.length} of ${ids.length}`,
        `${pictures} of ${ids.length}`,
      ),
    ];
  });
}
