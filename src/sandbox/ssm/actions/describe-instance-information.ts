import {
  DescribeInstanceInformation$,
  type DescribeInstanceInformationCommandInput,
  type DescribeInstanceInformationCommandOutput,
} from "@aws-sdk/client-ssm";
import { syncWithHosts } from "../../ec2/host-sync.ts";
import { privateDnsName } from "../../ec2/ids.ts";
import { tagsOf } from "../../ec2/tags.ts";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { managedInstances, type ManagedInstance } from "../managed.ts";
import { page } from "../page.ts";

const agentVersion = "3.3.0.0";

export const describeInstanceInformation = action(
  DescribeInstanceInformation$,
  async (input: DescribeInstanceInformationCommandInput, { world }) => {
    const filters = filtersIn(input).map(({ key, values }) => ({ values, field: fieldOf(world, key) }));
    await syncWithHosts(world);
    const managed = (await managedInstances(world)).filter((it) =>
      filters.every(({ field, values }) => field(it).some((value) => values.includes(value))),
    );
    const { items, NextToken } = page(managed, input, ({ instance }) => instance.id, {
      minimum: 5,
      maximum: 50,
      usual: 10,
    });
    return {
      InstanceInformationList: items.map(({ instance, ping, registeredAt }) => ({
        InstanceId: instance.id,
        PingStatus: ping,
        LastPingDateTime: ping === "Online" ? world.now() : registeredAt,
        AgentVersion: agentVersion,
        IsLatestVersion: true,
        PlatformType: "Linux" as const,
        PlatformName: "Debian GNU/Linux",
        PlatformVersion: "13",
        ResourceType: "EC2Instance" as const,
        IPAddress: instance.privateIp,
        ComputerName: privateDnsName(instance.privateIp, instance.region),
        SourceId: instance.id,
        SourceType: "AWS::EC2::Instance" as const,
      })),
      NextToken,
    } satisfies ActionOutput<DescribeInstanceInformationCommandOutput>;
  },
);

interface InformationFilter {
  readonly key: string;
  readonly values: readonly string[];
}

function filtersIn(input: DescribeInstanceInformationCommandInput): InformationFilter[] {
  const filters = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key ?? "", values: Values ?? [] })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
      key: key ?? "",
      values: valueSet ?? [],
    })),
  ];
  const empty = filters.find(({ values }) => values.length === 0);
  if (!empty) return filters;
  throw new AwsError("InvalidInstanceInformationFilterValue", `The filter ${empty.key} has no value.`);
}

function fieldOf(world: World, key: string): (it: ManagedInstance) => readonly string[] {
  const fields: Readonly<Record<string, (it: ManagedInstance) => readonly string[]>> = {
    ActivationIds: () => [],
    AgentVersion: () => [agentVersion],
    AssociationStatus: () => [],
    IamRole: () => [],
    InstanceIds: ({ instance }) => [instance.id],
    PingStatus: ({ ping }) => [ping],
    PlatformTypes: () => ["Linux"],
    ResourceType: () => ["EC2Instance"],
    "tag-key": ({ instance }) => Object.keys(tagsOf(world.ec2.data, instance.id)),
  };
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field) return field;
  if (key.startsWith("tag:")) {
    const name = key.slice("tag:".length);
    return ({ instance }) =>
      Object.entries(tagsOf(world.ec2.data, instance.id)).flatMap(([tag, value]) => (tag === name ? [value] : []));
  }
  throw new AwsError("InvalidFilterKey", `The specified filter key is not valid: ${key}`);
}
