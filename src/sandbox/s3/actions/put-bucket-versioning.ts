import { PutBucketVersioning$, type PutBucketVersioningCommandInput } from "@aws-sdk/client-s3";
import { action, AwsError } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { notImplemented } from "../errors.ts";

export const putBucketVersioning = action(PutBucketVersioning$, async (input: PutBucketVersioningCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "PutBucketVersioning" });
  const { Status, MFADelete } = input.VersioningConfiguration ?? {};
  if (MFADelete === "Enabled") throw notImplemented("MfaDelete");
  if (Status !== "Enabled" && Status !== "Suspended") {
    const message = "The Versioning element must be specified";
    throw new AwsError("IllegalVersioningConfigurationException", message, 400);
  }
  await bucket.configure({ versioning: Status });
  return {};
});
