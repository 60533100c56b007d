import type { InstanceTypeFacts } from "../../ports/account.ts";
import type { Clients } from "../clients.ts";
import { collectPages } from "../filters.ts";
import { isStandard } from "./quotas.ts";
import { isAwsError } from "../translate-error.ts";

/** What a type is, and in which zones there are machines of it. */
export async function findInstanceType(
  clients: Pick<Clients, "ec2">,
  instanceType: string,
): Promise<InstanceTypeFacts | undefined> {
  const { paginateDescribeInstanceTypeOfferings } = await import("@aws-sdk/client-ec2");
  const pages = paginateDescribeInstanceTypeOfferings(
    { client: await clients.ec2() },
    { LocationType: "availability-zone", Filters: [{ Name: "instance-type", Values: [instanceType] }] },
  );
  const [shape, offerings] = await Promise.all([
    describeInstanceType(clients, instanceType),
    collectPages(pages, (page) => page.InstanceTypeOfferings),
  ]);
  if (!shape) return undefined;
  return { ...shape, zones: offerings.flatMap(({ Location }) => Location ?? []).toSorted() };
}

/** Undefined when the region has no such type. */
export async function describeInstanceType(
  clients: Pick<Clients, "ec2">,
  instanceType: string,
): Promise<Omit<InstanceTypeFacts, "zones"> | undefined> {
  const { DescribeInstanceTypesCommand } = await import("@aws-sdk/client-ec2");
  try {
    const command = new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType as "t3.small"] });
    const { InstanceTypes = [] } = await (await clients.ec2()).send(command);
    const [found] = InstanceTypes;
    if (!found) return undefined;
    const isArm = found.ProcessorInfo?.SupportedArchitectures?.includes("arm64") ?? false;
    const architecture = isArm ? "arm64" : "amd64";
    return { architecture, vcpus: found.VCpuInfo?.DefaultVCpus ?? 0, isStandard: isStandard(instanceType) };
  } catch (error) {
    if (isAwsError(error, "InvalidInstanceType")) return undefined;
    throw error;
  }
}
