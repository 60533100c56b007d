import {
  DescribeImages$,
  type DescribeImagesCommandInput,
  type DescribeImagesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { getImage } from "../find.ts";
import { listImages } from "../images.ts";
import { page } from "../page.ts";
import type { ImageRecord } from "../records.ts";
import { imageShape } from "../shapes.ts";
import { tagsOf } from "../tags.ts";

const fields: FilterFields<ImageRecord> = {
  architecture: (image) => image.architecture,
  "block-device-mapping.device-name": (image) => image.rootDevice,
  "block-device-mapping.encrypted": (image) => image.encrypted,
  "block-device-mapping.snapshot-id": (image) => image.snapshotId,
  "block-device-mapping.volume-size": (image) => image.sizeGib,
  "creation-date": (image) => image.createdAt,
  description: (image) => image.description,
  "ena-support": () => true,
  hypervisor: () => "xen",
  "image-id": (image) => image.id,
  "image-type": () => "machine",
  "is-public": (image) => image.public,
  name: (image) => image.name,
  "owner-alias": (image) => image.ownerAlias,
  "owner-id": (image) => image.ownerId,
  "root-device-name": (image) => image.rootDevice,
  "root-device-type": () => "ebs",
  "source-instance-id": (image) => image.sourceInstanceId,
  state: (image) => image.state,
  "virtualization-type": () => "hvm",
};

export const describeImages = action(DescribeImages$, (input: DescribeImagesCommandInput, { world: { ec2 } }) => {
  const { ImageIds: ids, Owners: owners } = input;
  const candidates = ids?.length ? ids.map((id) => getImage(ec2, id)) : listImages(ec2.data);
  const owned = candidates.filter((image) => !owners?.length || owners.some((owner) => isOwnedBy(image, owner)));
  const matching = filterItems(owned, input.Filters, fields, ({ id }) => tagsOf(ec2.data, id));
  const { items, NextToken } = page(matching, input, ({ id }) => id, { minimum: 1, ids });
  const Images = items.map((image) => imageShape(ec2.data, image));
  return { Images, NextToken } satisfies ActionOutput<DescribeImagesCommandOutput>;
});

function isOwnedBy(image: ImageRecord, owner: string): boolean {
  return (
    owner === image.ownerId || owner === image.ownerAlias || (owner === "self" && image.ownerId === sandboxAccount)
  );
}
