import {
  GetBucketPolicyStatus$,
  type GetBucketPolicyStatusCommandInput,
  type GetBucketPolicyStatusCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { bucketArn } from "../arn.ts";
import { isPublic } from "../policy/evaluate.ts";
import { parsePolicy } from "../policy/statement.ts";

export const getBucketPolicyStatus = action(GetBucketPolicyStatus$, (input: GetBucketPolicyStatusCommandInput, ctx) => {
  const { policy, name, region } = openBucket(ctx, input, { permission: "GetBucketPolicyStatus" }).config;
  if (policy === undefined) {
    throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, { BucketName: name });
  }
  const status = { IsPublic: isPublic(parsePolicy(policy, bucketArn(name, region))) };
  return { PolicyStatus: status } satisfies Partial<ActionOutput<GetBucketPolicyStatusCommandOutput>>;
});
