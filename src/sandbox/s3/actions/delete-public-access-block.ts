import { DeletePublicAccessBlock$, type DeletePublicAccessBlockCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deletePublicAccessBlock = action(
  DeletePublicAccessBlock$,
  async (input: DeletePublicAccessBlockCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutBucketPublicAccessBlock" });
    await bucket.configure({ publicAccessBlock: undefined });
    return {};
  },
);
