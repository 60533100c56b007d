import { DeleteBucketEncryption$, type DeleteBucketEncryptionCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { standardEncryption } from "../store/bucket-config.ts";

export const deleteBucketEncryption = action(
  DeleteBucketEncryption$,
  async (input: DeleteBucketEncryptionCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutEncryptionConfiguration" });
    // Since 2023 every bucket is encrypted: taking the setting away brings back the standard one.
    await bucket.configure({ encryption: standardEncryption });
    return {};
  },
);
