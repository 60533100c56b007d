import {
  DeleteObjectTagging$,
  type DeleteObjectTaggingCommandInput,
  type DeleteObjectTaggingCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { findVersion, versionIdOf } from "../find-version.ts";
import { checkKey } from "../object-facts.ts";

export const deleteObjectTagging = action(DeleteObjectTagging$, async (input: DeleteObjectTaggingCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input);
  const version = findVersion(ctx, bucket, key, input.VersionId, "DeleteObjectTagging");
  await bucket.update(key, version.versionId, { tags: [] });
  return { VersionId: versionIdOf(bucket, version) } satisfies Partial<ActionOutput<DeleteObjectTaggingCommandOutput>>;
});
