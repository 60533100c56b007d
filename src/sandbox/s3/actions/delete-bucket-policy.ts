import { DeleteBucketPolicy$, type DeleteBucketPolicyCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucketPolicy = action(DeleteBucketPolicy$, async (input: DeleteBucketPolicyCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "DeleteBucketPolicy" });
  await bucket.configure({ policy: undefined });
  return {};
});
