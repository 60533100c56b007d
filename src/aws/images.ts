import type { CreateImageCommandInput, Image as Ec2Image } from "@aws-sdk/client-ec2";
import type { ResourceIdentity } from "../ports/identity.ts";
import type { Image, ImageRequest, Images } from "../ports/images.ts";
import { Lecture05Error } from "../errors.ts";
import { untranslated } from "../text.ts";
import type { Clients } from "./clients.ts";
import { deletion } from "./deletion.ts";
import { collectPages, ofStack, tagsAsRecord } from "./filters.ts";
import { stepTag, tagList } from "./tags.ts";
import { isAwsError } from "./translate-error.ts";
import { waitUntil, type AdapterOptions } from "./wait.ts";

const goneImage = ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"];
const lost = ["failed", "error", "invalid", "deregistered"];

/** The images port over EC2. */
export function createImages(clients: Pick<Clients, "ec2">, options: AdapterOptions): Images {
  const findImages = async (stack: string): Promise<Image[]> => {
    const { paginateDescribeImages } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeImages(
      { client: await clients.ec2() },
      { Owners: ["self"], Filters: ofStack(stack) },
    );
    return (await collectPages(pages, (page) => page.Images)).map(toImage);
  };
  return {
    findImages,

    async createImage(identity, request) {
      const { CreateImageCommand } = await import("@aws-sdk/client-ec2");
      const command = new CreateImageCommand(imageRequest(identity, request));
      const { name, tags } = request;
      try {
        const { ImageId = "" } = await (await clients.ec2()).send(command);
        const createdAt = options.clock.now();
        return { id: ImageId, name, state: "pending", step: identity.step, createdAt, snapshotIds: [], tags };
      } catch (error) {
        // It takes no client token; its name is what makes a repeat known.
        if (!isAwsError(error, "InvalidAMIName.Duplicate")) throw error;
        const made = (await findImages(identity.stack)).find((image) => image.name === name);
        if (!made) throw error;
        return made;
      }
    },

    async waitUntilAvailable(imageId, timeoutMs) {
      const { DescribeImagesCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      const subject = {
        en: `for the image ${imageId} to be available`,
        ja: `イメージ ${imageId} が利用可能になること`,
      };
      await waitUntil(options, subject, timeoutMs, async () => {
        const state = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] })).then(
          ({ Images }) => Images?.[0],
          (error: unknown) => {
            // EC2 may not know an image yet that it has just begun.
            if (!isAwsError(error, ...goneImage)) throw error;
            return undefined;
          },
        );
        if (state?.State === "available") return { done: true };
        if (lost.includes(state?.State ?? "")) throw imageFailed(imageId, state);
        return { seen: state?.State ?? "InvalidAMIID.NotFound" };
      });
    },

    async deregisterImage(imageId) {
      const { DeregisterImageCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      return deletion(() => ec2.send(new DeregisterImageCommand({ ImageId: imageId })), ...goneImage);
    },

    async findSnapshots(stack) {
      const { paginateDescribeSnapshots } = await import("@aws-sdk/client-ec2");
      const request = { OwnerIds: ["self"], Filters: ofStack(stack) };
      const pages = paginateDescribeSnapshots({ client: await clients.ec2() }, request);
      return (await collectPages(pages, (page) => page.Snapshots)).map((snapshot) => ({
        id: snapshot.SnapshotId ?? "",
        step: tagsAsRecord(snapshot)[stepTag] ?? "",
      }));
    },

    async deleteSnapshot(snapshotId) {
      const { DeleteSnapshotCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      const command = new DeleteSnapshotCommand({ SnapshotId: snapshotId });
      return deletion(() => ec2.send(command), "InvalidSnapshot.NotFound");
    },
  };
}

export function imageRequest(
  identity: ResourceIdentity,
  { instanceId, name, description, tags }: ImageRequest,
): CreateImageCommandInput {
  const Tags = [...tagList(identity), ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))];
  return {
    InstanceId: instanceId,
    Name: name,
    Description: description,
    // Visitors are being served. What belongs to the image was written, and synced, before.
    NoReboot: true,
    TagSpecifications: (["image", "snapshot"] as const).map((ResourceType) => ({ ResourceType, Tags })),
  };
}

function toImage(image: Ec2Image): Image {
  const disks = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs ?? []);
  const [disk] = disks;
  const tags = tagsAsRecord(image);
  return {
    id: image.ImageId ?? "",
    name: image.Name ?? "",
    state: image.State ?? "pending",
    ...(image.StateReason?.Message ? { stateReason: image.StateReason.Message } : {}),
    step: tags[stepTag] ?? "",
    createdAt: new Date(image.CreationDate ?? 0),
    ...(disk?.VolumeSize === undefined ? {} : { sizeGib: disk.VolumeSize }),
    ...(disk ? { encrypted: disks.every(({ Encrypted }) => Encrypted === true) } : {}),
    snapshotIds: disks.flatMap(({ SnapshotId }) => SnapshotId ?? []),
    tags,
  };
}

function imageFailed(imageId: string, image: Ec2Image | undefined): Lecture05Error {
  return new Lecture05Error("AWS_REQUEST_FAILED", {
    what: { en: `The image ${imageId} could not be made`, ja: `イメージ ${imageId} を作成できませんでした` },
    why: untranslated([image?.State, image?.StateReason?.Message].filter(Boolean).join(": ")),
    next: [{ en: "Run the same command again: a new image is made", ja: "同じコマンドを実行すると新しく作り直します" }],
  });
}
