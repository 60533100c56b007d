import {
  DescribeInstanceTypes$,
  type DescribeInstanceTypesCommandInput,
  type DescribeInstanceTypesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { filterItems, type FilterFields } from "../filter.ts";
import { instanceTypes, type InstanceType } from "../instance-types.ts";
import { page } from "../page.ts";

const fields: FilterFields<InstanceType> = {
  "bare-metal": () => false,
  "burstable-performance-supported": (it) => it.burstable,
  "current-generation": (it) => !it.name.startsWith("t2."),
  "free-tier-eligible": (it) => it.freeTier,
  "instance-type": (it) => it.name,
  "memory-info.size-in-mib": (it) => it.memoryMib,
  "processor-info.supported-architecture": (it) => it.architecture,
  "supported-root-device-type": () => "ebs",
  "supported-usage-class": () => "on-demand",
  "supported-virtualization-type": () => "hvm",
  "vcpu-info.default-vcpus": (it) => it.vcpus,
};

export const describeInstanceTypes = action(DescribeInstanceTypes$, (input: DescribeInstanceTypesCommandInput) => {
  const names: readonly string[] = input.InstanceTypes ?? [];
  const unknown = names.filter((name) => !instanceTypes.some((it) => it.name === name));
  if (unknown.length > 0) {
    const message = `The following supplied instance types do not exist: [${unknown.join(", ")}]`;
    throw new AwsError("InvalidInstanceType", message);
  }
  const chosen = instanceTypes.filter(({ name }) => names.length === 0 || names.includes(name));
  const matching = filterItems(chosen, input.Filters, fields);
  const { items, NextToken } = page(matching, input, ({ name }) => name, { maximum: 100, ids: names });
  return { InstanceTypes: items.map(typeShape), NextToken } satisfies ActionOutput<DescribeInstanceTypesCommandOutput>;
});

function typeShape(type: InstanceType) {
  return {
    InstanceType: type.name as "t3.small",
    CurrentGeneration: !type.name.startsWith("t2."),
    FreeTierEligible: type.freeTier,
    BareMetal: false,
    BurstablePerformanceSupported: type.burstable,
    Hypervisor: "nitro" as const,
    InstanceStorageSupported: false,
    MemoryInfo: { SizeInMiB: type.memoryMib },
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    SupportedRootDeviceTypes: ["ebs" as const],
    SupportedUsageClasses: ["on-demand" as const],
    SupportedVirtualizationTypes: ["hvm" as const],
    VCpuInfo: { DefaultVCpus: type.vcpus, DefaultCores: type.vcpus, DefaultThreadsPerCore: 1 },
  };
}
