import {
  GetBucketVersioning$,
  type GetBucketVersioningCommandInput,
  type GetBucketVersioningCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketVersioning = action(GetBucketVersioning$, (input: GetBucketVersioningCommandInput, ctx) => {
  const { versioning } = openBucket(ctx, input, { permission: "GetBucketVersioning" }).config;
  return { Status: versioning } satisfies Partial<ActionOutput<GetBucketVersioningCommandOutput>>;
});
