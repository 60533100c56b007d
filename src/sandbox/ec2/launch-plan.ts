import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { invalidCombination, invalidValue, missingParameter } from "./errors.ts";
import { getImage, getSecurityGroup, getSubnet } from "./find.ts";
import { getInstanceType, type InstanceType } from "./instance-types.ts";
import { changeMetadataOptions, defaultMetadataOptions } from "./metadata-options.ts";
import { profileNameFrom } from "./profiles.ts";
import type { ImageRecord, MetadataOptions, SubnetRecord } from "./records.ts";
import { planDevices, type DevicePlan } from "./volumes.ts";

/** A request to launch instances, checked and with defaults filled in. */
export interface LaunchPlan {
  readonly count: number;
  readonly image: ImageRecord;
  readonly type: InstanceType;
  readonly subnet: SubnetRecord;
  readonly groupIds: readonly string[];
  readonly privateIp: string | undefined;
  readonly associatePublicIp: boolean;
  readonly interfaceDescription: string;
  readonly deleteInterface: boolean;
  readonly profileName: string | undefined;
  readonly metadataOptions: MetadataOptions;
  readonly devices: readonly DevicePlan[];
  readonly userData: string | undefined;
  readonly shutdownBehavior: "stop" | "terminate";
}

/** EC2's limit of 16 KB, before encoding. */
const maximumUserDataBytes = 16_384;

export function planLaunch(world: World, input: RunInstancesCommandInput): LaunchPlan {
  const image = getImage(world.ec2, input.ImageId);
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${image.id}' is not available`);
  }
  const type = getInstanceType(input.InstanceType ?? "m1.small");
  if (type.architecture !== image.architecture) {
    throw invalidValue(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
    );
  }
  const network = planNetwork(world, input);
  const count = countOf(input);
  if (network.privateIp !== undefined && count > 1) {
    throw invalidCombination("A private IP address can be given to one instance only.");
  }
  return {
    ...network,
    count,
    image,
    type,
    profileName: input.IamInstanceProfile && profileNameFrom(world, input.IamInstanceProfile),
    metadataOptions: changeMetadataOptions(defaultMetadataOptions, input.MetadataOptions ?? {}),
    devices: planDevices(image, input.BlockDeviceMappings),
    userData: userDataOf(input),
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior === "terminate" ? "terminate" : "stop",
  };
}

function countOf({ MinCount, MaxCount }: RunInstancesCommandInput): number {
  if (MinCount === undefined) throw missingParameter("MinCount");
  if (MaxCount === undefined) throw missingParameter("MaxCount");
  if (MinCount < 1 || MaxCount < MinCount) {
    throw invalidValue(
      `Invalid value '${MaxCount}' for maxCount. The maximum count must be at least the minimum count, which is at least 1.`,
    );
  }
  if (MaxCount > 20) {
    throw new AwsError(
      "InstanceLimitExceeded",
      `You have requested more instances (${MaxCount}) than your current instance limit of 20 allows.`,
    );
  }
  return MaxCount;
}

type NetworkPlan = Pick<
  LaunchPlan,
  "subnet" | "groupIds" | "privateIp" | "associatePublicIp" | "interfaceDescription" | "deleteInterface"
>;

/** Network settings stand either in the request itself or in its one network interface. */
function planNetwork(world: World, input: RunInstancesCommandInput): NetworkPlan {
  const [only, ...more] = input.NetworkInterfaces ?? [];
  if (more.length > 0 || (only?.DeviceIndex ?? 0) !== 0) {
    throw invalidValue("The sandbox gives an instance one network interface, with device index 0.");
  }
  if (only?.NetworkInterfaceId !== undefined) {
    throw invalidValue("The sandbox makes an instance's network interface itself; an existing one cannot be given.");
  }
  if (only && (input.SubnetId ?? input.SecurityGroupIds ?? input.SecurityGroups ?? input.PrivateIpAddress)) {
    throw invalidCombination(
      "Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request",
    );
  }
  if (input.SecurityGroups?.length) {
    throw new AwsError(
      "InvalidGroup.NotFound",
      `The security group '${input.SecurityGroups[0]}' does not exist in default VPC`,
    );
  }
  const subnetId = only ? only.SubnetId : input.SubnetId;
  if (subnetId === undefined)
    throw new AwsError("MissingInput", "No subnets found for the default VPC. Please specify a subnet.");
  const subnet = getSubnet(world.ec2, subnetId);
  const given = only ? only.Groups : input.SecurityGroupIds;
  return {
    subnet,
    groupIds: given?.length ? checkedGroups(world, subnet, given) : defaultGroup(world, subnet.vpcId),
    privateIp: only ? only.PrivateIpAddress : input.PrivateIpAddress,
    associatePublicIp: only?.AssociatePublicIpAddress ?? subnet.mapPublicIpOnLaunch,
    interfaceDescription: only?.Description ?? "",
    deleteInterface: only?.DeleteOnTermination ?? true,
  };
}

function checkedGroups(world: World, subnet: SubnetRecord, ids: readonly string[]): readonly string[] {
  for (const id of ids) {
    const group = getSecurityGroup(world.ec2, id);
    if (group.vpcId === subnet.vpcId) continue;
    throw new AwsError(
      "InvalidParameter",
      `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
    );
  }
  return ids;
}

function defaultGroup(world: World, vpcId: string): string[] {
  const groups = Object.values(world.ec2.data.securityGroups);
  return groups.filter((group) => group.vpcId === vpcId && group.name === "default").map(({ id }) => id);
}

function userDataOf({ UserData }: RunInstancesCommandInput): string | undefined {
  if (!UserData) return undefined;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(UserData)) {
    throw new AwsError("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
  }
  if (Buffer.from(UserData, "base64").length > maximumUserDataBytes) {
    throw invalidValue("User data is limited to 16384 bytes");
  }
  return UserData;
}
