import { z } from "zod";
import { inWords } from "../observed.ts";
import { alb } from "./alb.ts";
import { siteBucketNameFor } from "./s3/bucket-name.ts";
import { publicPagesPolicy, samePolicy } from "./s3/policies.ts";
import { destroySite } from "./static-site/destroy.ts";
import { applyDetour, observeDetour, planDetour } from "./static-site/detour.ts";
import { contentType, pages, website } from "./static-site/pages.ts";
import { verifySite } from "./static-site/verify.ts";
import { together } from "./together.ts";
import type { Change, Step, StepContext } from "./step.ts";

const outputSchema = z.object({
  bucket: z.string(),
  /** Of the website, without a slash at its end. */
  url: z.string(),
  /** Visitors are sent to the website instead of the application. */
  maintenance: z.boolean(),
});

/** A public bucket with the pages that stand in for the application, and the load balancer's way to them. */
export const staticSite: Step<z.infer<typeof outputSchema>> = {
  name: "static-site",
  title: { en: "Maintenance page on S3", ja: "S3 の静的サイト(メンテナンスページ)" },
  requires: ["s3"],
  output: outputSchema,
  facts: ({ maintenance }) => ({ maintenance }),

  scripts: async () => [],

  isThere: ({ stack, ports, ...place }) =>
    ports.objectStorage.ownsBucket(stack, siteBucketNameFor({ stack, ...place })),

  async requireNames(ctx) {
    await ctx.ports.objectStorage.findBucket(ctx.stack, siteBucketNameFor(ctx));
  },

  async adopt(ctx) {
    const bucket = siteBucketNameFor(ctx);
    if (!(await ctx.ports.objectStorage.findBucket(ctx.stack, bucket))) return undefined;
    await ctx.record.found("s3:bucket", "site", bucket);
    const loadBalancer = ctx.findOutput(alb);
    const detour = loadBalancer && (await observeDetour(ctx, loadBalancer));
    if (detour) await ctx.record.found("elbv2:rule", "maintenance", detour.arn);
    return { bucket, url: ctx.ports.objectStorage.websiteUrl(bucket), maintenance: detour !== undefined };
  },

  async plan(ctx) {
    const bucket = siteBucketNameFor(ctx);
    const [isThere, detour] = await together([
      ctx.ports.objectStorage.findBucket(ctx.stack, bucket),
      observeDetour(ctx, ctx.output(alb)),
    ]);
    const differing = isThere ? await differingSettings(ctx, bucket) : [];
    const changes: Change[] = isThere
      ? differing.map((setting) => ({
          action: "update",
          subject: `s3:bucket ${bucket}`,
          reason: inWords(setting),
        }))
      : [{ action: "create", subject: `s3:bucket ${bucket}` }];
    return [...changes, ...planDetour(detour, detourUrl(ctx, bucket))];
  },

  async apply(ctx) {
    const { objectStorage } = ctx.ports;
    const bucket = siteBucketNameFor(ctx);
    ctx.progress({ en: `preparing bucket ${bucket}`, ja: `バケット ${bucket} を準備しています` });
    if (await objectStorage.findBucket(ctx.stack, bucket)) await ctx.record.found("s3:bucket", "site", bucket);
    else {
      const { expiresAt } = ctx.settings;
      await ctx.record.create(
        { type: "s3:bucket", name: "site" },
        () => objectStorage.createBucket({ stack: ctx.stack, step: "static-site", name: "site", expiresAt }, bucket),
        (made) => made.name,
      );
    }
    for (const setting of await differingSettings(ctx, bucket)) await setters[setting](ctx, bucket);
    await applyDetour(ctx, ctx.output(alb), detourUrl(ctx, bucket));
    return { bucket, url: objectStorage.websiteUrl(bucket), maintenance: wantsMaintenance(ctx) };
  },

  verify: verifySite,
  modules: async () => [],
  destroy: destroySite,
};

const wantsMaintenance = ({ settings }: StepContext): boolean => settings.maintenance === true;

const detourUrl = (ctx: StepContext, bucket: string): string | undefined =>
  wantsMaintenance(ctx) ? `${ctx.ports.objectStorage.websiteUrl(bucket)}/` : undefined;

type Setting = "encryption" | "public pages" | "website" | "pages";

const setters: Record<Setting, (ctx: StepContext, bucket: string) => Promise<void>> = {
  encryption: ({ ports }, bucket) => ports.objectStorage.enableEncryption(bucket),
  "public pages": ({ ports, region }, bucket) =>
    ports.objectStorage.openToEverybody(bucket, publicPagesPolicy(bucket, region)),
  website: ({ ports }, bucket) => ports.objectStorage.putWebsite(bucket, website),
  async pages({ ports }, bucket) {
    for (const { key, body } of pages) await ports.objectStorage.putObject(bucket, key, body, contentType);
  },
};

/** In the order in which they are set: nothing is shown before it may be, and no empty site. */
async function differingSettings(ctx: StepContext, bucket: string): Promise<Setting[]> {
  const { objectStorage } = ctx.ports;
  const [settings, mayBePublic, policy, site, present] = await together([
    objectStorage.bucketSettings(bucket),
    objectStorage.mayBePublic(bucket),
    objectStorage.findBucketPolicy(bucket),
    objectStorage.findWebsite(bucket),
    together(pages.map(({ key }) => objectStorage.getObject(bucket, key))),
  ]);
  const differs: Record<Setting, boolean> = {
    encryption: !settings.encrypted,
    pages: pages.some(({ body }, index) => textOf(present[index]) !== body),
    "public pages": !mayBePublic || !samePolicy(policy, publicPagesPolicy(bucket, ctx.region)),
    website: site?.index !== website.index || site.error !== website.error,
  };
  return (Object.keys(differs) as Setting[]).filter((setting) => differs[setting]);
}

const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
