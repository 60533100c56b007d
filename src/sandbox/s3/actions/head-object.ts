import { HeadObject$, type HeadObjectCommandInput, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { checkRead } from "../conditions.ts";
import { findVersion } from "../find-version.ts";
import { checkKey } from "../object-facts.ts";
import { select } from "../object-output.ts";

export const headObject = action(HeadObject$, (input: HeadObjectCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input);
  const version = findVersion(ctx, bucket, key, input.VersionId);
  checkRead(input, version);
  const { isPartial, members } = select(bucket, version, input);
  if (isPartial) ctx.setStatus(206);
  return members satisfies Partial<ActionOutput<HeadObjectCommandOutput>>;
});
