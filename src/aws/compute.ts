import type { Compute } from "../ports/compute.ts";
import { describeInstanceType } from "./account/instance-type.ts";
import type { Clients } from "./clients.ts";
import { createInstanceLife } from "./compute/instance-life.ts";
import { createInstances } from "./compute/instances.ts";
import { runInstance } from "./compute/run-instance.ts";
import { deletion } from "./deletion.ts";
import { collectPages, ofStack } from "./filters.ts";
import type { Looks } from "./looks.ts";
import { isAwsError } from "./translate-error.ts";
import type { AdapterOptions } from "./wait.ts";

type Needed = Pick<Clients, "ec2" | "ssm">;

/** The compute port over EC2, and over SSM's public parameters for image ids. */
export function createCompute(clients: Needed, options: AdapterOptions, looks?: Pick<Looks, "share">): Compute {
  const resolveImage = async (parameterName: string): Promise<string> => {
    const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
    const { Parameter } = await (await clients.ssm()).send(new GetParameterCommand({ Name: parameterName }));
    if (!Parameter?.Value) throw new Error(`the parameter ${parameterName} has no value`);
    return Parameter.Value;
  };
  return {
    architectureOf: async (instanceType) => (await describeInstanceType(clients, instanceType))?.architecture,
    resolveImage,
    async findImage(parameterName) {
      try {
        return await resolveImage(parameterName);
      } catch (error) {
        if (isAwsError(error, "ParameterNotFound")) return undefined;
        throw error;
      }
    },

    runInstance: (identity, request) => runInstance(clients, options, identity, request),
    ...createInstances(clients, looks),
    ...createInstanceLife(clients, options),

    async findStackVolumes(stack) {
      const { paginateDescribeVolumes } = await import("@aws-sdk/client-ec2");
      const filters = [...ofStack(stack), { Name: "status", Values: ["creating", "available", "in-use", "error"] }];
      const pages = paginateDescribeVolumes({ client: await clients.ec2() }, { Filters: filters });
      const volumes = await collectPages(pages, (page) => page.Volumes);
      return volumes.map(({ VolumeId = "", Attachments }) => ({
        id: VolumeId,
        instanceId: Attachments?.[0]?.InstanceId,
      }));
    },

    async deleteVolume(volumeId) {
      const { DeleteVolumeCommand } = await import("@aws-sdk/client-ec2");
      const command = new DeleteVolumeCommand({ VolumeId: volumeId });
      return deletion(async () => (await clients.ec2()).send(command), "InvalidVolume.NotFound");
    },

    async findVolumes(volumeIds) {
      // An empty list would mean "all volumes" to AWS.
      if (volumeIds.length === 0) return [];
      const { DescribeVolumesCommand } = await import("@aws-sdk/client-ec2");
      const command = new DescribeVolumesCommand({ VolumeIds: [...volumeIds] });
      const answer = await (await clients.ec2()).send(command);
      return (answer.Volumes ?? []).map((volume) => ({
        id: volume.VolumeId ?? "",
        encrypted: volume.Encrypted ?? false,
        type: volume.VolumeType ?? "",
        sizeGib: volume.Size ?? 0,
      }));
    },
  };
}
