import {
  PutObjectTagging$,
  type PutObjectTaggingCommandInput,
  type PutObjectTaggingCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { findVersion, versionIdOf } from "../find-version.ts";
import { checkKey } from "../object-facts.ts";
import { checkTags } from "../tags.ts";

export const putObjectTagging = action(PutObjectTagging$, async (input: PutObjectTaggingCommandInput, ctx) => {
  const key = checkKey(input.Key);
  const bucket = openBucket(ctx, input);
  const version = findVersion(ctx, bucket, key, input.VersionId, "PutObjectTagging");
  const tags = checkTags(input.Tagging?.TagSet ?? [], "object");
  await bucket.update(key, version.versionId, { tags });
  return { VersionId: versionIdOf(bucket, version) } satisfies Partial<ActionOutput<PutObjectTaggingCommandOutput>>;
});
