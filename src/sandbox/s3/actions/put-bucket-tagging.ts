import { PutBucketTagging$, type PutBucketTaggingCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { checkTags } from "../tags.ts";

export const putBucketTagging = action(PutBucketTagging$, async (input: PutBucketTaggingCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketTagging" });
  await bucket.configure({ tags: checkTags(input.Tagging?.TagSet ?? [], "bucket") });
  return {};
});
