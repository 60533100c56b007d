import { DeleteBucketLifecycle$, type DeleteBucketLifecycleCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const deleteBucketLifecycle = action(
  DeleteBucketLifecycle$,
  async (input: DeleteBucketLifecycleCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutLifecycleConfiguration" });
    await bucket.configure({ lifecycle: undefined });
    return {};
  },
);
