import { GetBucketCors$, type GetBucketCorsCommandInput, type GetBucketCorsCommandOutput } from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketCors = action(GetBucketCors$, (input: GetBucketCorsCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetBucketCORS" });
  const { cors, name } = bucket.config;
  if (!cors)
    throw new AwsError("NoSuchCORSConfiguration", "The CORS configuration does not exist", 404, { BucketName: name });
  return { CORSRules: [...cors] } satisfies Partial<ActionOutput<GetBucketCorsCommandOutput>>;
});
