import { DeleteBucket$, type DeleteBucketCommandInput } from "@aws-sdk/client-s3";
import { action, AwsError } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucket = action(DeleteBucket$, async (input: DeleteBucketCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "DeleteBucket" });
  if (!(await ctx.world.s3.remove(bucket))) {
    const message =
      bucket.config.versioning === undefined
        ? "The bucket you tried to delete is not empty"
        : "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
    throw new AwsError("BucketNotEmpty", message, 409, { BucketName: bucket.config.name });
  }
  return {};
});
