import {
  DeleteObjects$,
  type DeletedObject,
  type DeleteObjectsCommandInput,
  type DeleteObjectsCommandOutput,
  type _Error as DeleteError,
} from "@aws-sdk/client-s3";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { deleteOne } from "../delete-one.ts";
import { malformedXml } from "../errors.ts";

const maximumObjects = 1000;

export const deleteObjects = action(DeleteObjects$, async (input: DeleteObjectsCommandInput, ctx) => {
  const bucket = openBucket(ctx, input);
  const targets = input.Delete?.Objects ?? [];
  if (targets.length === 0 || targets.length > maximumObjects) throw malformedXml();
  const Deleted: DeletedObject[] = [];
  const Errors: DeleteError[] = [];
  for (const target of targets) {
    const { Key, VersionId } = target;
    try {
      const { versionId, deleteMarker } = await deleteOne(ctx, bucket, target);
      const marker = deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {};
      Deleted.push({ Key, VersionId, ...marker });
    } catch (error) {
      // One that is refused does not keep the others from being deleted.
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return {
    Deleted: input.Delete?.Quiet ? undefined : Deleted,
    Errors: Errors.length > 0 ? Errors : undefined,
  } satisfies Partial<ActionOutput<DeleteObjectsCommandOutput>>;
});
