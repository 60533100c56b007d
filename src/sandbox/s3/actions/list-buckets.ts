import { ListBuckets$, type ListBucketsCommandInput, type ListBucketsCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { demandOfAccount } from "../access.ts";
import { bucketArn } from "../arn.ts";
import { takePage } from "../listing.ts";
import { ownerOf } from "../owner.ts";

export const listBuckets = action(ListBuckets$, (input: ListBucketsCommandInput, ctx) => {
  demandOfAccount(ctx, "ListAllMyBuckets", "*");
  const { Prefix = "", BucketRegion, MaxBuckets = 10_000, ContinuationToken } = input;
  const after = ContinuationToken === undefined ? "" : Buffer.from(ContinuationToken, "base64url").toString();
  const found = ctx.world.s3.all().filter(({ config }) => {
    const inRegion = BucketRegion === undefined || config.region === BucketRegion;
    return inRegion && config.name.startsWith(Prefix) && config.name > after;
  });
  const { page, isTruncated } = takePage(found, MaxBuckets);
  const last = page.at(-1)?.config.name ?? "";
  return {
    Owner: ownerOf(ctx.world.account),
    Prefix: input.Prefix,
    Buckets: page.map(({ config }) => ({
      Name: config.name,
      CreationDate: new Date(config.createdAt),
      BucketRegion: config.region,
      BucketArn: bucketArn(config.name, config.region),
    })),
    ContinuationToken: isTruncated ? Buffer.from(last).toString("base64url") : undefined,
  } satisfies Partial<ActionOutput<ListBucketsCommandOutput>>;
});
