import { HeadBucket$, type HeadBucketCommandInput, type HeadBucketCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { bucketArn } from "../arn.ts";

export const headBucket = action(HeadBucket$, (input: HeadBucketCommandInput, ctx) => {
  const { config } = openBucket(ctx, input, { permission: "ListBucket" });
  return {
    BucketRegion: config.region,
    BucketArn: bucketArn(config.name, config.region),
    AccessPointAlias: false,
  } satisfies Partial<ActionOutput<HeadBucketCommandOutput>>;
});
