import { DeleteObject$, type DeleteObjectCommandInput, type DeleteObjectCommandOutput } from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { deleteOne } from "../delete-one.ts";

export const deleteObject = action(DeleteObject$, async (input: DeleteObjectCommandInput, ctx) => {
  const bucket = openBucket(ctx, input);
  const target = { Key: input.Key, VersionId: input.VersionId, ETag: input.IfMatch };
  const { versionId, deleteMarker } = await deleteOne(ctx, bucket, target);
  return { VersionId: versionId, DeleteMarker: deleteMarker } satisfies Partial<
    ActionOutput<DeleteObjectCommandOutput>
  >;
});
