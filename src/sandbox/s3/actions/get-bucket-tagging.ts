import {
  GetBucketTagging$,
  type GetBucketTaggingCommandInput,
  type GetBucketTaggingCommandOutput,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketTagging = action(GetBucketTagging$, (input: GetBucketTaggingCommandInput, ctx) => {
  const bucket = openBucket(ctx, input, { permission: "GetBucketTagging" });
  const { tags, name } = bucket.config;
  if (!tags) throw new AwsError("NoSuchTagSet", "The TagSet does not exist", 404, { BucketName: name });
  return { TagSet: [...tags] } satisfies Partial<ActionOutput<GetBucketTaggingCommandOutput>>;
});
