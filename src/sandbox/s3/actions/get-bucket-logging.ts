import {
  GetBucketLogging$,
  type GetBucketLoggingCommandInput,
  type GetBucketLoggingCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";

export const getBucketLogging = action(GetBucketLogging$, (input: GetBucketLoggingCommandInput, ctx) => {
  const { logging } = openBucket(ctx, input, { permission: "GetBucketLogging" }).config;
  return { LoggingEnabled: logging } satisfies Partial<ActionOutput<GetBucketLoggingCommandOutput>>;
});
