import {
  GetBucketLocation$,
  type BucketLocationConstraint,
  type GetBucketLocationCommandInput,
  type GetBucketLocationCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketLocation = action(GetBucketLocation$, (input: GetBucketLocationCommandInput, ctx) => {
  const { region } = openBucket(ctx, input, { permission: "GetBucketLocation" }).config;
  // us-east-1 has no location constraint.
  const location = region === "us-east-1" ? undefined : (region as BucketLocationConstraint);
  return { LocationConstraint: location } satisfies ActionOutput<GetBucketLocationCommandOutput>;
});
