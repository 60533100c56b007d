import { DeleteSnapshot$, type DeleteSnapshotCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { dropUnneededCopy } from "../disk-copies.ts";
import { getRecord, kinds } from "../find.ts";
import { forgetTags } from "../tags.ts";

export const deleteSnapshot = action(DeleteSnapshot$, async (input: DeleteSnapshotCommandInput, { world }) => {
  const { data } = world.ec2;
  const { id, imageId } = getRecord(data.snapshots, input.SnapshotId, kinds.snapshot);
  if (Object.hasOwn(data.images, imageId)) {
    throw new AwsError("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by ${imageId}`);
  }
  delete data.snapshots[id];
  forgetTags(data, id);
  await world.ec2.save();
  await dropUnneededCopy(world, imageId);
  return {};
});
