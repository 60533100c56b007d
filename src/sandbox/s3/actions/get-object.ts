import { GetObject$, type GetObjectCommandInput, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { checkRead } from "../conditions.ts";
import { findVersion } from "../find-version.ts";
import { checkKey } from "../object-facts.ts";
import { select } from "../object-output.ts";

export const getObject = action(GetObject$, (input: GetObjectCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input);
  const version = findVersion(ctx, bucket, key, input.VersionId);
  checkRead(input, version);
  const { start, length, isPartial, members } = select(bucket, version, input);
  if (isPartial) ctx.setStatus(206);
  return {
    ...members,
    // The wire pipes any readable stream; the SDK's type is that of its client side.
    Body: bucket.blobs.read(version.blobs, start, length) as unknown as GetObjectCommandOutput["Body"],
  } satisfies Partial<ActionOutput<GetObjectCommandOutput>>;
});
