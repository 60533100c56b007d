import type { ObjectStorage } from "../../ports/object-storage.ts";
import { Lecture05Error } from "../../errors.ts";
import type { Clients } from "../clients.ts";
import { isAwsError } from "../translate-error.ts";
import { unlessAbsent } from "./bucket-settings.ts";
import { publicByPolicyBlock, websiteConfiguration } from "./settings.ts";

type Part = Pick<
  ObjectStorage,
  "mayBePublic" | "openToEverybody" | "putObject" | "findWebsite" | "putWebsite" | "websiteUrl"
>;

/** Regions older than the form with a dot (AWS General Reference, "Amazon S3 website endpoints"). */
const withDash: ReadonlySet<string> = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "us-gov-west-1",
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-west-1",
  "sa-east-1",
]);

/** Buckets that show their objects to everybody as a website. */
export function createWebsites(
  clients: Pick<Clients, "s3">,
  { region, endpoint }: { readonly region: string; readonly endpoint?: string | undefined },
): Part {
  return {
    async mayBePublic(name) {
      const { GetPublicAccessBlockCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchPublicAccessBlockConfiguration", () =>
        s3.send(new GetPublicAccessBlockCommand({ Bucket: name })),
      );
      const { BlockPublicPolicy, RestrictPublicBuckets } = found?.PublicAccessBlockConfiguration ?? {};
      return BlockPublicPolicy !== true && RestrictPublicBuckets !== true;
    },

    async openToEverybody(name, policy) {
      const { PutBucketPolicyCommand, PutPublicAccessBlockCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const block = { Bucket: name, PublicAccessBlockConfiguration: publicByPolicyBlock };
      await s3.send(new PutPublicAccessBlockCommand(block));
      try {
        await s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: JSON.stringify(policy) }));
      } catch (error) {
        // Of the bucket's own blocks none is on any more; what still forbids it is further up.
        const isBlocked = isAwsError(error, "AccessDenied") && /BlockPublicPolicy/.test((error as Error).message);
        throw isBlocked ? publicPagesBlocked(name, error) : error;
      }
    },

    async putObject(bucket, key, body, contentType) {
      const { PutObjectCommand } = await import("@aws-sdk/client-s3");
      const request = { Bucket: bucket, Key: key, Body: body, ContentType: contentType };
      await (await clients.s3()).send(new PutObjectCommand(request));
    },

    async findWebsite(name) {
      const { GetBucketWebsiteCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchWebsiteConfiguration", () =>
        s3.send(new GetBucketWebsiteCommand({ Bucket: name })),
      );
      const { IndexDocument, ErrorDocument, RedirectAllRequestsTo, RoutingRules = [] } = found ?? {};
      if (!IndexDocument?.Suffix || !ErrorDocument?.Key) return undefined;
      if (RedirectAllRequestsTo || RoutingRules.length > 0) return undefined;
      return { index: IndexDocument.Suffix, error: ErrorDocument.Key };
    },

    async putWebsite(name, website) {
      const { PutBucketWebsiteCommand } = await import("@aws-sdk/client-s3");
      const request = { Bucket: name, WebsiteConfiguration: websiteConfiguration(website) };
      await (await clients.s3()).send(new PutBucketWebsiteCommand(request));
    },

    websiteUrl(name) {
      // Another endpoint, the sandbox's, shows them at its own port, under a name that leads to this machine by itself.
      if (endpoint !== undefined) return `http://${name}.s3-website-${region}.localhost:${new URL(endpoint).port}`;
      const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
      return `http://${name}.s3-website${withDash.has(region) ? "-" : "."}${region}.${suffix}`;
    },
  };
}

const publicPagesBlocked = (bucket: string, cause: unknown): Lecture05Error =>
  new Lecture05Error("PUBLIC_PAGES_BLOCKED", {
    what: {
      en: `Bucket ${bucket} may not show its pages to everybody`,
      ja: `バケット ${bucket} のページを公開できません`,
    },
    why: {
      en: "S3 Block Public Access is on for the whole account (or its organization), above the bucket's own setting",
      ja: "アカウント全体 (または組織) の S3 ブロックパブリックアクセスが有効で、バケットの設定より優先されます",
    },
    next: [
      {
        en: "Ask whoever keeps the account whether one public bucket is allowed (S3 console: Block Public Access settings for this account); everything else of the stack works without it",
        ja: "公開バケットを許可できるか、アカウントの管理者に確認してください (S3 コンソール: このアカウントのブロックパブリックアクセス設定)。このステップ以外はそのまま使えます",
      },
    ],
    cause,
  });
