import {
  GetBucketPolicy$,
  type GetBucketPolicyCommandInput,
  type GetBucketPolicyCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketPolicy = action(GetBucketPolicy$, (input: GetBucketPolicyCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetBucketPolicy" });
  const { policy, name } = bucket.config;
  if (!policy) throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, { BucketName: name });
  return { Policy: policy } satisfies Partial<ActionOutput<GetBucketPolicyCommandOutput>>;
});
