import { DeleteBucketCors$, type DeleteBucketCorsCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucketCors = action(DeleteBucketCors$, async (input: DeleteBucketCorsCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketCORS" });
  await bucket.configure({ cors: undefined });
  return {};
});
