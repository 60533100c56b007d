import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import type { Compute, Instance } from "../../ports/compute.ts";
import type { Clients } from "../clients.ts";
import type { Looks } from "../looks.ts";
import { collectPages, nameOf, ofStack, tagsAsRecord } from "../filters.ts";

const livingStates = ["pending", "running", "shutting-down", "stopping", "stopped"];

export function createInstances(
  clients: Pick<Clients, "ec2">,
  looks: Pick<Looks, "share"> | undefined,
): Pick<Compute, "findInstances" | "tagInstance"> {
  const findInstances = async (stack: string): Promise<Instance[]> => {
    const { paginateDescribeInstances } = await import("@aws-sdk/client-ec2");
    // A terminated instance stays described for about an hour.
    const filters = [...ofStack(stack), { Name: "instance-state-name", Values: livingStates }];
    const pages = paginateDescribeInstances({ client: await clients.ec2() }, { Filters: filters });
    const reservations = await collectPages(pages, (page) => page.Reservations);
    return reservations.flatMap(({ Instances }) => (Instances ?? []).map(toInstance));
  };
  return {
    findInstances: (stack) =>
      looks ? looks.share(`instances/${stack}`, () => findInstances(stack)) : findInstances(stack),

    async tagInstance(instanceId, tags) {
      const { CreateTagsCommand } = await import("@aws-sdk/client-ec2");
      const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await (await clients.ec2()).send(new CreateTagsCommand({ Resources: [instanceId], Tags: list }));
    },
  };
}

export function toInstance(instance: Ec2Instance): Instance {
  return {
    id: instance.InstanceId ?? "",
    name: nameOf(instance),
    state: instance.State?.Name ?? "pending",
    imageId: instance.ImageId ?? "",
    instanceType: instance.InstanceType ?? "",
    availabilityZone: instance.Placement?.AvailabilityZone ?? "",
    subnetId: instance.SubnetId ?? "",
    ...(instance.PrivateIpAddress ? { privateIp: instance.PrivateIpAddress } : {}),
    ...(instance.PublicIpAddress ? { publicIp: instance.PublicIpAddress } : {}),
    groupIds: (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    imdsv2Required: instance.MetadataOptions?.HttpTokens === "required",
    volumeIds: (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []),
    ...(instance.IamInstanceProfile?.Arn ? { profileName: instance.IamInstanceProfile.Arn.split("/").at(-1)! } : {}),
    ...(instance.LaunchTime ? { launchedAt: instance.LaunchTime } : {}),
    tags: tagsAsRecord(instance),
  };
}
