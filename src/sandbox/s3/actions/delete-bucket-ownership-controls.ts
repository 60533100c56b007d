import { DeleteBucketOwnershipControls$, type DeleteBucketOwnershipControlsCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucketOwnershipControls = action(
  DeleteBucketOwnershipControls$,
  async (input: DeleteBucketOwnershipControlsCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutBucketOwnershipControls" });
    await bucket.configure({ ownership: undefined });
    return {};
  },
);
