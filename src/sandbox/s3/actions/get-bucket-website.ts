import {
  GetBucketWebsite$,
  type GetBucketWebsiteCommandInput,
  type GetBucketWebsiteCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketWebsite = action(GetBucketWebsite$, (input: GetBucketWebsiteCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetBucketWebsite" });
  const { website, name } = bucket.config;
  if (!website)
    throw new AwsError(
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
      404,
      { BucketName: name },
    );
  return website satisfies Partial<ActionOutput<GetBucketWebsiteCommandOutput>>;
});
