import { CreateImage$, type CreateImageCommandInput, type CreateImageCommandOutput } from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { incorrectState } from "../change-states.ts";
import { captureImage } from "../capture.ts";
import { invalidValue } from "../errors.ts";
import { getInstance } from "../find.ts";
import { syncWithHosts } from "../host-sync.ts";
import { newId } from "../ids.ts";
import type { Ec2Data, ImageRecord, SnapshotRecord } from "../records.ts";
import { putTags, tagsFor } from "../tags.ts";
import { sandboxAccount } from "../../world.ts";

const taggable = ["image", "snapshot"];

/** An image of a host's disk: pending at first, and available once the disk has been copied. */
export const createImage = action(CreateImage$, async (input: CreateImageCommandInput, { world }) => {
  await syncWithHosts(world);
  const { data } = world.ec2;
  const instance = getInstance(world.ec2, input.InstanceId);
  const name = checkedName(data, input.Name);
  if (instance.state !== "running" && instance.state !== "stopped") throw incorrectState(instance, "imaged");
  if (input.BlockDeviceMappings?.length) {
    throw invalidValue(
      "The sandbox makes an image of the root volume as it is; block device mappings cannot be given.",
    );
  }
  const [imageTags, snapshotTags] = taggable.map((type) => tagsFor(input.TagSpecifications, type, taggable));
  const root = Object.values(data.volumes).find(
    ({ attachment }) => attachment?.instanceId === instance.id && attachment.device === instance.rootDevice,
  );
  if (!root) throw invalidValue(`The instance '${instance.id}' has no root volume`);
  const { sizeGib, encrypted, kmsKeyId } = root;
  const id = newId("ami");
  const snapshot: SnapshotRecord = {
    id: newId("snap"),
    imageId: id,
    volumeId: root.id,
    sizeGib,
    encrypted,
    kmsKeyId,
    // As AWS words it: by this an image's snapshots are known for what they are.
    description: `Created by CreateImage(${instance.id}) for ${id}`,
    startedAt: world.now().toISOString(),
    state: "pending",
  };
  const image: ImageRecord = {
    id,
    name,
    description: input.Description ?? "",
    ownerId: sandboxAccount,
    public: false,
    architecture: instance.architecture,
    rootDevice: instance.rootDevice,
    snapshotId: snapshot.id,
    sizeGib,
    encrypted,
    kmsKeyId,
    createdAt: world.now().toISOString(),
    sourceInstanceId: instance.id,
    state: "pending",
    reboot: input.NoReboot !== true,
  };
  data.images[id] = image;
  data.snapshots[snapshot.id] = snapshot;
  putTags(data, id, imageTags ?? {});
  putTags(data, snapshot.id, snapshotTags ?? {});
  await world.ec2.save();
  captureImage(world, image);
  return { ImageId: id } satisfies ActionOutput<CreateImageCommandOutput>;
});

function checkedName(data: Ec2Data, name = ""): string {
  if (!/^[a-zA-Z0-9()[\] ./'@_-]{3,128}$/.test(name)) {
    throw new AwsError(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, and only the following symbols: ()[]-./'@_ and space",
    );
  }
  const present = Object.values(data.images).find((image) => image.name === name);
  if (!present) return name;
  throw new AwsError("InvalidAMIName.Duplicate", `AMI name ${name} is already in use by AMI ${present.id}`);
}
