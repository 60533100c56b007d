import { alb, type AlbOutput } from "../alb.ts";
import { check } from "../check.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { publicPagesPolicy, samePolicy } from "../s3/policies.ts";
import { whereVisitorsGo, withPort } from "./detour.ts";
import { errorPage, maintenancePage, type Page } from "./pages.ts";

interface Verified {
  readonly bucket: string;
  readonly url: string;
  readonly maintenance: boolean;
}

/** The pages as any visitor gets them, what else the bucket gives away, and where the load balancer sends visitors now. */
export async function verifySite(ctx: StepContext, output: Verified): Promise<Check[]> {
  const { bucket, url, maintenance } = output;
  const [page, error, policy, sent] = await together([
    visit(ctx, `${url}/`, maintenancePage),
    visit(ctx, `${url}/no-such-page`, errorPage),
    ctx.ports.objectStorage.findBucketPolicy(bucket),
    whereVisitorsGo(ctx, ctx.output(alb) satisfies AlbOutput),
  ]);
  return [
    check(
      "site-page",
      { en: "Everybody sees the maintenance page on the bucket's website", ja: "メンテナンスページが公開されている" },
      "200",
      page,
    ),
    check(
      "site-error-page",
      { en: "The website's error page comes for what is not there", ja: "存在しないページではエラーページを表示" },
      "404",
      error,
    ),
    check(
      "site-read-only",
      { en: "Everybody may read the pages, and nothing more", ja: "公開されているのはページの読み取りだけ" },
      "s3:GetObject",
      samePolicy(policy, publicPagesPolicy(bucket, ctx.region))
        ? "s3:GetObject"
        : policy
          ? "another policy"
          : "no policy",
    ),
    maintenance
      ? check(
          "maintenance-on",
          { en: "The load balancer sends visitors to the maintenance page", ja: "ALB がメンテナンスページへ転送する" },
          `302 ${withPort(`${url}/`)}`,
          sent,
        )
      : check(
          "maintenance-off",
          { en: "The load balancer sends visitors to the application", ja: "ALB がアプリケーションへ転送する" },
          "200",
          sent,
        ),
  ];
}

async function visit({ ports }: StepContext, url: string, page: Page): Promise<string> {
  const answer = await ports.http.request(url);
  if (answer.kind !== "answer") return `${answer.kind}: ${answer.message}`;
  const isOurs = Buffer.from(answer.body).toString("utf8") === page.body;
  return isOurs ? String(answer.status) : "another page";
}
