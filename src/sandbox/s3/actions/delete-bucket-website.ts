import { DeleteBucketWebsite$, type DeleteBucketWebsiteCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucketWebsite = action(DeleteBucketWebsite$, async (input: DeleteBucketWebsiteCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "DeleteBucketWebsite" });
  await bucket.configure({ website: undefined });
  return {};
});
