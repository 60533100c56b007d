import type { EC2Client, NetworkInterface, Tag } from "@aws-sdk/client-ec2";
import type { Blocker } from "../../ports/blocker.ts";
import type { BlockedResource } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { collectPages, tagsAsRecord } from "../filters.ts";
import { stackTag } from "../tags.ts";

type Filters = { Name: string; Values: string[] }[];

/** AWS refuses a deletion without saying because of what, so that has to be looked for. */
export async function findBlockers(clients: Pick<Clients, "ec2">, blocked: BlockedResource): Promise<Blocker[]> {
  const ec2 = await clients.ec2();
  if ("subnetId" in blocked) return interfaces(ec2, [{ Name: "subnet-id", Values: [blocked.subnetId] }]);
  if ("groupId" in blocked) {
    const Values = [blocked.groupId];
    const naming = await Promise.all([
      groups(ec2, [{ Name: "ip-permission.group-id", Values }]),
      groups(ec2, [{ Name: "egress.ip-permission.group-id", Values }]),
      interfaces(ec2, [{ Name: "group-id", Values }]),
    ]);
    return naming.flat().filter(({ id }, index, all) => id !== blocked.groupId && isFirst(all, id, index));
  }
  if ("gatewayOfVpcId" in blocked) {
    // A gateway stays while a public address is mapped through it.
    const filter = { Name: "vpc-id", Values: [blocked.gatewayOfVpcId] };
    return interfaces(ec2, [filter], (it) => it.Association?.PublicIp !== undefined);
  }
  return inVpc(ec2, blocked.vpcId);
}

const isFirst = (all: readonly Blocker[], id: string, index: number): boolean =>
  all.findIndex((it) => it.id === id) === index;

/** Whatever lies in a VPC keeps it, but for its main route table and its default group. */
async function inVpc(ec2: EC2Client, vpcId: string): Promise<Blocker[]> {
  const { paginateDescribeSubnets, paginateDescribeInternetGateways, paginateDescribeRouteTables } =
    await import("@aws-sdk/client-ec2");
  const filter: Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const attached: Filters = [{ Name: "attachment.vpc-id", Values: [vpcId] }];
  const paging = { client: ec2 };
  const [enis, subnets, gateways, tables, securityGroups] = await Promise.all([
    interfaces(ec2, filter),
    collectPages(paginateDescribeSubnets(paging, { Filters: filter }), (page) => page.Subnets),
    collectPages(paginateDescribeInternetGateways(paging, { Filters: attached }), (page) => page.InternetGateways),
    collectPages(paginateDescribeRouteTables(paging, { Filters: filter }), (page) => page.RouteTables),
    groups(ec2, filter),
  ]);
  const added = tables.filter(({ Associations = [] }) => !Associations.some(({ Main }) => Main));
  return [
    ...enis,
    ...subnets.map((it) => tagged("ec2:subnet", it.SubnetId, it)),
    ...gateways.map((it) => tagged("ec2:internet-gateway", it.InternetGatewayId, it)),
    ...added.map((it) => tagged("ec2:route-table", it.RouteTableId, it)),
    ...securityGroups.filter(({ description }) => description !== "default"),
  ];
}

async function groups(ec2: EC2Client, filters: Filters): Promise<Blocker[]> {
  const { paginateDescribeSecurityGroups } = await import("@aws-sdk/client-ec2");
  const pages = paginateDescribeSecurityGroups({ client: ec2 }, { Filters: filters });
  const found = await collectPages(pages, (page) => page.SecurityGroups);
  return found.map((it) => ({ ...tagged("ec2:security-group", it.GroupId, it), description: it.GroupName ?? "" }));
}

async function interfaces(
  ec2: EC2Client,
  filters: Filters,
  matches: (it: NetworkInterface) => boolean = () => true,
): Promise<Blocker[]> {
  const { paginateDescribeNetworkInterfaces } = await import("@aws-sdk/client-ec2");
  const pages = paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters: filters });
  const found = (await collectPages(pages, (page) => page.NetworkInterfaces)).filter(matches);
  const owners = await instanceTags(
    ec2,
    found.flatMap(({ Attachment }) => Attachment?.InstanceId ?? []),
  );
  return found.map((it) => {
    const instanceId = it.Attachment?.InstanceId;
    const tags = { ...tagsAsRecord({ Tags: it.TagSet }), ...owners.get(instanceId ?? "") };
    const owner = instanceId ?? it.RequesterId;
    const since = it.Attachment?.AttachTime;
    return {
      type: "ec2:network-interface",
      id: it.NetworkInterfaceId ?? "",
      // An instance's name says more than "Primary network interface".
      description: (instanceId && tags.Name) || it.Description || "",
      ...(owner ? { owner } : {}),
      ...(tags[stackTag] ? { stack: tags[stackTag] } : {}),
      ...(since ? { since } : {}),
    };
  });
}

/** An interface seldom carries the tags of its instance, and those tell whose it is. */
async function instanceTags(ec2: EC2Client, ids: readonly string[]): Promise<Map<string, Record<string, string>>> {
  if (ids.length === 0) return new Map();
  const { paginateDescribeInstances } = await import("@aws-sdk/client-ec2");
  // By filter: an id that is gone meanwhile would be an error otherwise.
  const filters = [{ Name: "instance-id", Values: [...new Set(ids)] }];
  const pages = paginateDescribeInstances({ client: ec2 }, { Filters: filters });
  const reservations = await collectPages(pages, (page) => page.Reservations);
  const instances = reservations.flatMap(({ Instances }) => Instances ?? []);
  return new Map(instances.map((instance) => [instance.InstanceId ?? "", tagsAsRecord(instance)]));
}

function tagged(type: string, id = "", resource: { readonly Tags?: Tag[] | undefined }): Blocker {
  const tags = tagsAsRecord(resource);
  return { type, id, description: tags.Name ?? "", ...(tags[stackTag] ? { stack: tags[stackTag] } : {}) };
}
