import { PutBucketLogging$, type PutBucketLoggingCommandInput } from "@aws-sdk/client-s3";
import { action, AwsError } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const putBucketLogging = action(PutBucketLogging$, async (input: PutBucketLoggingCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketLogging" });
  const logging = input.BucketLoggingStatus?.LoggingEnabled;
  if (logging && !ctx.world.s3.find(logging.TargetBucket ?? "")) {
    const message = "The target bucket for logging does not exist";
    throw new AwsError("InvalidTargetBucketForLogging", message, 400, { TargetBucket: logging.TargetBucket });
  }
  await bucket.configure({ logging });
  return {};
});
