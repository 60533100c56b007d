import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { Lecture05Error } from "../../errors.ts";
import type { Instance, InstanceRequest } from "../../ports/compute.ts";
import type { ResourceIdentity } from "../../ports/identity.ts";
import type { Clients } from "../clients.ts";
import { tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { waitUntil, type AdapterOptions } from "../wait.ts";
import { untranslated } from "../../text.ts";
import { toInstance } from "./instances.ts";
import { rootDeviceName } from "./root-device.ts";

const profileTimeoutMs = 60_000;

/** Launches one instance. The client token makes a repeat return the instance that the first call made. */
export async function runInstance(
  clients: Pick<Clients, "ec2">,
  options: AdapterOptions,
  identity: ResourceIdentity,
  request: InstanceRequest,
): Promise<Instance> {
  const { RunInstancesCommand } = await import("@aws-sdk/client-ec2");
  const ec2 = await clients.ec2();
  const input = launchInput(identity, request, await rootDeviceName(clients, request.imageId));
  const profile = request.instanceProfileName;
  const subject = {
    en: `for EC2 to see the instance profile ${profile}`,
    ja: `EC2 からインスタンスプロファイル ${profile} が見えるようになること`,
  };
  return waitUntil(options, subject, profileTimeoutMs, async () => {
    try {
      const answer = await ec2.send(new RunInstancesCommand(input));
      const instance = answer.Instances?.[0];
      if (!instance) throw new Error("RunInstances answered without an instance");
      return { done: toInstance(instance) };
    } catch (error) {
      if (isAwsError(error, "InsufficientInstanceCapacity")) throw noCapacity(request.instanceType, error as Error);
      if (!isUnknownProfile(error, profile)) throw error;
      return { seen: (error as Error).message };
    }
  });
}

/**
 * A profile just made is "invalid" to EC2 for some seconds (terraform#15341). AWS has one code for every bad value, so
 * that the profile is the one in question shows only in the message.
 */
function isUnknownProfile(error: unknown, profile: string): boolean {
  if (!isAwsError(error, "InvalidParameterValue")) return false;
  const { message } = error as Error;
  return /iaminstanceprofile|iam instance profile/i.test(message) || message.includes(profile);
}

/** It may pass in minutes or in days; another zone or type is what helps. */
function noCapacity(instanceType: string, error: Error): Lecture05Error {
  return new Lecture05Error("INSTANCE_CAPACITY", {
    what: {
      en: `AWS has no free ${instanceType} in this Availability Zone`,
      ja: `このアベイラビリティーゾーンには ${instanceType} の空きがありません`,
    },
    why: untranslated(error.message),
    next: [
      "lecture05 up --instance-type t3.medium",
      { en: "Run the same command again later", ja: "しばらくしてから同じコマンドを実行してください" },
    ],
    cause: error,
  });
}

/** What is asked of EC2, apart from asking, so that `explain` shows the very values. */
export function launchInput(
  identity: ResourceIdentity,
  request: InstanceRequest,
  rootDevice: string,
): RunInstancesCommandInput {
  return {
    ImageId: request.imageId,
    InstanceType: request.instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
    MinCount: 1,
    MaxCount: 1,
    ClientToken: request.clientToken,
    IamInstanceProfile: { Name: request.instanceProfileName },
    ...(request.endsItself ? { InstanceInitiatedShutdownBehavior: "terminate" as const } : {}),
    UserData: Buffer.from(request.userData, "utf8").toString("base64"),
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: request.subnetId,
        Groups: [...request.groupIds],
        // Outbound only; without NAT this is the host's way to its packages. No group lets anybody in.
        AssociatePublicIpAddress: true,
        DeleteOnTermination: true,
      },
    ],
    // One hop: containers on the host, if there ever are any, do not get the host's role.
    MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, HttpEndpoint: "enabled" },
    BlockDeviceMappings: [
      {
        DeviceName: rootDevice,
        Ebs: { Encrypted: true, VolumeType: "gp3", VolumeSize: request.volumeSizeGib, DeleteOnTermination: true },
      },
    ],
    TagSpecifications: (["instance", "volume", "network-interface"] as const).map((ResourceType) => ({
      ResourceType,
      Tags: tagList(identity),
    })),
  };
}
