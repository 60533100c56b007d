import { DeleteVolume$, type DeleteVolumeCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { getVolume } from "../find.ts";
import { forgetTags } from "../tags.ts";

export const deleteVolume = action(DeleteVolume$, async (input: DeleteVolumeCommandInput, { world: { ec2 } }) => {
  const { id, attachment } = getVolume(ec2, input.VolumeId);
  if (attachment) throw new AwsError("VolumeInUse", `Volume ${id} is currently attached to ${attachment.instanceId}`);
  delete ec2.data.volumes[id];
  forgetTags(ec2.data, id);
  await ec2.save();
  return {};
});
