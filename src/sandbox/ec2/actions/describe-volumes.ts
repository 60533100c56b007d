import {
  DescribeVolumes$,
  type DescribeVolumesCommandInput,
  type DescribeVolumesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { VolumeRecord } from "../records.ts";
import { selectPage } from "../select.ts";
import { volumeShape } from "../shapes.ts";

const fields: FilterFields<VolumeRecord> = {
  "attachment.attach-time": ({ attachment }) => attachment?.attachedAt,
  "attachment.delete-on-termination": ({ attachment }) => attachment?.deleteOnTermination,
  "attachment.device": ({ attachment }) => attachment?.device,
  "attachment.instance-id": ({ attachment }) => attachment?.instanceId,
  "attachment.status": ({ attachment }) => attachment && "attached",
  "availability-zone": (volume) => volume.availabilityZone,
  "create-time": (volume) => volume.createdAt,
  encrypted: (volume) => volume.encrypted,
  "multi-attach-enabled": () => false,
  size: (volume) => volume.sizeGib,
  "snapshot-id": (volume) => volume.snapshotId,
  status: ({ attachment }) => (attachment ? "in-use" : "available"),
  "volume-id": (volume) => volume.id,
  "volume-type": (volume) => volume.type,
};

export const describeVolumes = action(DescribeVolumes$, (input: DescribeVolumesCommandInput, { world: { ec2 } }) => {
  const records = ec2.data.volumes;
  const { items, NextToken } = selectPage(ec2, input, { records, kind: kinds.volume, ids: input.VolumeIds, fields });
  const Volumes = items.map((volume) => volumeShape(ec2.data, volume));
  return { Volumes, NextToken } satisfies ActionOutput<DescribeVolumesCommandOutput>;
});
