import {
  GetBucketOwnershipControls$,
  type GetBucketOwnershipControlsCommandInput,
  type GetBucketOwnershipControlsCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketOwnershipControls = action(
  GetBucketOwnershipControls$,
  (input: GetBucketOwnershipControlsCommandInput, ctx) => {
    const bucket = openBucket(ctx, input, { permission: "GetBucketOwnershipControls" });
    const { ownership, name } = bucket.config;
    if (!ownership)
      throw new AwsError("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404, {
        BucketName: name,
      });
    return { OwnershipControls: { Rules: [...ownership] } } satisfies Partial<
      ActionOutput<GetBucketOwnershipControlsCommandOutput>
    >;
  },
);
