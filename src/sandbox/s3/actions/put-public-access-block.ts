import { PutPublicAccessBlock$, type PutPublicAccessBlockCommandInput } from "@aws-sdk/client-s3";
import { action } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const putPublicAccessBlock = action(
  PutPublicAccessBlock$,
  async (input: PutPublicAccessBlockCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "PutBucketPublicAccessBlock" });
    const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
      input.PublicAccessBlockConfiguration ?? {};
    const publicAccessBlock = {
      BlockPublicAcls: BlockPublicAcls ?? false,
      IgnorePublicAcls: IgnorePublicAcls ?? false,
      BlockPublicPolicy: BlockPublicPolicy ?? false,
      RestrictPublicBuckets: RestrictPublicBuckets ?? false,
    };
    await bucket.configure({ publicAccessBlock });
    return {};
  },
);
