import {
  GetObjectTagging$,
  type GetObjectTaggingCommandInput,
  type GetObjectTaggingCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { findVersion, versionIdOf } from "../find-version.ts";
import { checkKey } from "../object-facts.ts";

export const getObjectTagging = action(GetObjectTagging$, (input: GetObjectTaggingCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input);
  const version = findVersion(ctx, bucket, key, input.VersionId, "GetObjectTagging");
  return { VersionId: versionIdOf(bucket, version), TagSet: [...version.tags] } satisfies Partial<
    ActionOutput<GetObjectTaggingCommandOutput>
  >;
});
