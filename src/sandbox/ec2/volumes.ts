import type { BlockDeviceMapping } from "@aws-sdk/client-ec2";
import { AwsError } from "../wire/action.ts";
import { sandboxAccount } from "../world.ts";
import { invalidValue } from "./errors.ts";
import { newId } from "./ids.ts";
import type { ImageRecord, VolumeRecord } from "./records.ts";

const volumeTypes = new Set(["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"]);

/** What a launch asks for per device: the image's root volume, changed or added to by the request. */
export interface DevicePlan {
  readonly device: string;
  readonly sizeGib: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly iops: number;
  readonly throughput: number;
  readonly kmsKeyId: string | undefined;
  readonly snapshotId: string | undefined;
  readonly deleteOnTermination: boolean;
}

export function planDevices(image: ImageRecord, mappings: readonly BlockDeviceMapping[] | undefined): DevicePlan[] {
  const given = mappings ?? [];
  const root = given.find(({ DeviceName }) => DeviceName === image.rootDevice);
  const others = given.filter((it) => it !== root && it.NoDevice === undefined && it.Ebs);
  return [
    planDevice(image.rootDevice, root, image),
    ...others.map((it) => planDevice(it.DeviceName ?? "", it, undefined)),
  ];
}

function planDevice(
  device: string,
  mapping: BlockDeviceMapping | undefined,
  image: ImageRecord | undefined,
): DevicePlan {
  const ebs = mapping?.Ebs;
  const type = ebs?.VolumeType ?? (image ? "gp3" : "gp2");
  if (!volumeTypes.has(type)) throw invalidValue(`Invalid value '${type}' for VolumeType.`);
  const sizeGib = ebs?.VolumeSize ?? image?.sizeGib;
  if (sizeGib === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter size or snapshotId");
  }
  if (image && sizeGib < image.sizeGib) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${sizeGib}GB is smaller than snapshot '${image.snapshotId}', expect size >= ${image.sizeGib}GB`,
    );
  }
  if (sizeGib < 1 || sizeGib > 16_384) throw invalidValue(`Volume of ${sizeGib}GiB is out of the range of 1 to 16384.`);
  return {
    device,
    sizeGib,
    type,
    // A key alone is not enough for EC2: it wants encryption asked for.
    encrypted: (ebs?.Encrypted ?? false) || (image?.encrypted ?? false),
    iops: ebs?.Iops ?? (type === "gp3" ? 3000 : Math.max(100, sizeGib * 3)),
    throughput: ebs?.Throughput ?? 125,
    kmsKeyId: ebs?.KmsKeyId ?? image?.kmsKeyId,
    snapshotId: image?.snapshotId,
    deleteOnTermination: ebs?.DeleteOnTermination ?? image !== undefined,
  };
}

export function volumeFrom(
  plan: DevicePlan,
  { instanceId, availabilityZone, now }: { instanceId: string; availabilityZone: string; now: string },
): VolumeRecord {
  const region = availabilityZone.slice(0, -1);
  const defaultKey = `arn:aws:kms:${region}:${sandboxAccount}:alias/aws/ebs`;
  return {
    id: newId("vol"),
    availabilityZone,
    sizeGib: plan.sizeGib,
    type: plan.type,
    encrypted: plan.encrypted,
    kmsKeyId: plan.encrypted ? (plan.kmsKeyId ?? defaultKey) : undefined,
    iops: plan.iops,
    throughput: plan.throughput,
    snapshotId: plan.snapshotId,
    createdAt: now,
    attachment: { instanceId, device: plan.device, deleteOnTermination: plan.deleteOnTermination, attachedAt: now },
  };
}
