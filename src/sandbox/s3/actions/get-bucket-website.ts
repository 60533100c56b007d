import {
  GetBucketWebsite$,
  type GetBucketWebsiteCommandInput,
  type GetBucketWebsiteCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { noWebsite } from "../website/route.ts";

export const getBucketWebsite = action(GetBucketWebsite$, (input: GetBucketWebsiteCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetBucketWebsite" });
  const { website, name } = bucket.config;
  if (!website) throw noWebsite(name);
  return website satisfies Partial<ActionOutput<GetBucketWebsiteCommandOutput>>;
});
