import { PutBucketWebsite$, type PutBucketWebsiteCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { invalidArgument } from "../errors.ts";

export const putBucketWebsite = action(PutBucketWebsite$, async (input: PutBucketWebsiteCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketWebsite" });
  const { IndexDocument, RedirectAllRequestsTo } = input.WebsiteConfiguration ?? {};
  if (!IndexDocument && !RedirectAllRequestsTo) {
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      "IndexDocument",
      "null",
    );
  }
  await bucket.configure({ website: input.WebsiteConfiguration });
  return {};
});
