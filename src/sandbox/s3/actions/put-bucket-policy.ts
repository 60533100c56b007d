import { PutBucketPolicy$, type PutBucketPolicyCommandInput } from "@aws-sdk/client-s3";
import { action, AwsError } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { bucketArn } from "../arn.ts";
import { accessDenied } from "../errors.ts";
import { isPublic } from "../policy/evaluate.ts";
import { parsePolicy } from "../policy/statement.ts";

const maximumPolicyBytes = 20 * 1024;

export const putBucketPolicy = action(PutBucketPolicy$, async (input: PutBucketPolicyCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketPolicy" });
  const policy = input.Policy ?? "";
  if (Buffer.byteLength(policy) > maximumPolicyBytes) {
    throw new AwsError("PolicyTooLarge", "Policy exceeds the maximum allowed document size.", 400);
  }
  const arn = bucketArn(bucket.config.name, bucket.config.region);
  const statements = parsePolicy(policy, arn);
  if (isPublic(statements) && bucket.config.publicAccessBlock?.BlockPublicPolicy) {
    throw accessDenied(
      `User: ${ctx.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${arn}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    );
  }
  await bucket.configure({ policy });
  return {};
});
