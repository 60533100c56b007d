import { PutBucketOwnershipControls$, type PutBucketOwnershipControlsCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { malformedXml } from "../errors.ts";

export const putBucketOwnershipControls = action(
  PutBucketOwnershipControls$,
  async (input: PutBucketOwnershipControlsCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutBucketOwnershipControls" });
    const rules = input.OwnershipControls?.Rules;
    if (rules?.length !== 1) throw malformedXml();
    await bucket.configure({ ownership: rules });
    return {};
  },
);
