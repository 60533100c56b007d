import {
  GetPublicAccessBlock$,
  type GetPublicAccessBlockCommandInput,
  type GetPublicAccessBlockCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getPublicAccessBlock = action(GetPublicAccessBlock$, (input: GetPublicAccessBlockCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetBucketPublicAccessBlock" });
  const { publicAccessBlock, name } = bucket.config;
  if (!publicAccessBlock)
    throw new AwsError(
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found",
      404,
      { BucketName: name },
    );
  return { PublicAccessBlockConfiguration: publicAccessBlock } satisfies Partial<
    ActionOutput<GetPublicAccessBlockCommandOutput>
  >;
});
