import { DeleteBucketTagging$, type DeleteBucketTaggingCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucketTagging = action(DeleteBucketTagging$, async (input: DeleteBucketTaggingCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketTagging" });
  await bucket.configure({ tags: undefined });
  return {};
});
