import {
  DeregisterImage$,
  type DeregisterImageCommandInput,
  type DeregisterImageCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { dropUnneededCopy } from "../disk-copies.ts";
import { getImage } from "../find.ts";
import { isPublic } from "../images.ts";
import { forgetTags } from "../tags.ts";

/** Instances that were launched from it run on, and its snapshot stays unless it is asked to go, too. */
export const deregisterImage = action(DeregisterImage$, async (input: DeregisterImageCommandInput, { world }) => {
  const { data } = world.ec2;
  const { id, snapshotId } = getImage(world.ec2, input.ImageId);
  if (isPublic(id)) throw new AwsError("AuthFailure", `Not authorized for image:${id}`, 403);
  delete data.images[id];
  forgetTags(data, id);
  const deleted = input.DeleteAssociatedSnapshots === true && Object.hasOwn(data.snapshots, snapshotId);
  if (deleted) {
    delete data.snapshots[snapshotId];
    forgetTags(data, snapshotId);
  }
  await world.ec2.save();
  await dropUnneededCopy(world, id);
  return {
    Return: true,
    DeleteSnapshotResults: deleted ? [{ SnapshotId: snapshotId, ReturnCode: "success" }] : undefined,
  } satisfies ActionOutput<DeregisterImageCommandOutput>;
});
