import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { askNetworkInterfaces } from "./network-interfaces.ts";
import { everyPage, foundAs, question, type Note } from "./question.ts";

/** What has a question of its own; DescribeTags is asked for everything else that carries the tag. */
const asked = new Set([
  "elastic-ip",
  "image",
  "instance",
  "internet-gateway",
  "network-interface",
  "route-table",
  "security-group",
  "snapshot",
  "subnet",
  "volume",
  "vpc",
]);

/** A terminated instance stays described for about an hour, and nobody pays for it. */
const livingStates = ["pending", "running", "shutting-down", "stopping", "stopped"];
const volumeStates = ["creating", "available", "in-use", "error"];

export async function askEc2(clients: Pick<Clients, "ec2" | "elbv2">, stack: string): Promise<SweepAnswer[]> {
  const {
    paginateDescribeInstances,
    paginateDescribeVolumes,
    paginateDescribeSnapshots,
    paginateDescribeImages,
    DescribeAddressesCommand,
    paginateDescribeSecurityGroups,
    paginateDescribeRouteTables,
    paginateDescribeInternetGateways,
    paginateDescribeSubnets,
    paginateDescribeVpcs,
    paginateDescribeTags,
  } = await import("@aws-sdk/client-ec2");
  const client = await clients.ec2();
  const paging = { client };
  const tag = { Name: `tag:${stackTag}`, Values: [stack] };
  const Filters = [tag];

  const ask = <Page extends Parameters<Note>[1]>(
    subject: string,
    type: string,
    operation: string,
    pages: () => AsyncIterable<Page>,
    idsOf: (page: Page) => readonly (string | undefined)[] | undefined,
  ): Promise<SweepAnswer> =>
    question("ec2", subject, async (note) => (await everyPage(note, operation, pages(), idsOf)).map(foundAs(type)));

  return Promise.all([
    ask(
      "instances",
      "ec2:instance",
      "DescribeInstances",
      () =>
        paginateDescribeInstances(paging, {
          Filters: [tag, { Name: "instance-state-name", Values: livingStates }],
        }),
      (page) => page.Reservations?.flatMap(({ Instances }) => Instances ?? []).map(({ InstanceId }) => InstanceId),
    ),
    ask(
      "volumes",
      "ec2:volume",
      "DescribeVolumes",
      () => paginateDescribeVolumes(paging, { Filters: [tag, { Name: "status", Values: volumeStates }] }),
      (page) => page.Volumes?.map(({ VolumeId }) => VolumeId),
    ),
    ask(
      "snapshots",
      "ec2:snapshot",
      "DescribeSnapshots",
      () => paginateDescribeSnapshots(paging, { OwnerIds: ["self"], Filters }),
      (page) => page.Snapshots?.map(({ SnapshotId }) => SnapshotId),
    ),
    ask(
      "images",
      "ec2:image",
      "DescribeImages",
      () => paginateDescribeImages(paging, { Owners: ["self"], Filters }),
      (page) => page.Images?.map(({ ImageId }) => ImageId),
    ),
    question("ec2", "addresses", async (note) => {
      const answer = note("DescribeAddresses", await client.send(new DescribeAddressesCommand({ Filters })));
      return (answer.Addresses ?? []).map((it) => foundAs("ec2:elastic-ip")(it.AllocationId ?? it.PublicIp));
    }),
    askNetworkInterfaces(clients, stack),
    ask(
      "security-groups",
      "ec2:security-group",
      "DescribeSecurityGroups",
      () => paginateDescribeSecurityGroups(paging, { Filters }),
      (page) => page.SecurityGroups?.map(({ GroupId }) => GroupId),
    ),
    ask(
      "route-tables",
      "ec2:route-table",
      "DescribeRouteTables",
      () => paginateDescribeRouteTables(paging, { Filters }),
      (page) => page.RouteTables?.map(({ RouteTableId }) => RouteTableId),
    ),
    ask(
      "internet-gateways",
      "ec2:internet-gateway",
      "DescribeInternetGateways",
      () => paginateDescribeInternetGateways(paging, { Filters }),
      (page) => page.InternetGateways?.map(({ InternetGatewayId }) => InternetGatewayId),
    ),
    ask(
      "subnets",
      "ec2:subnet",
      "DescribeSubnets",
      () => paginateDescribeSubnets(paging, { Filters }),
      (page) => page.Subnets?.map(({ SubnetId }) => SubnetId),
    ),
    ask(
      "vpcs",
      "ec2:vpc",
      "DescribeVpcs",
      () => paginateDescribeVpcs(paging, { Filters }),
      (page) => page.Vpcs?.map(({ VpcId }) => VpcId),
    ),
    question("ec2", "other-tagged", async (note) => {
      const tags = await everyPage(
        note,
        "DescribeTags",
        paginateDescribeTags(paging, { Filters }),
        (page) => page.Tags,
      );
      const others = tags.filter(({ ResourceType = "" }) => !asked.has(ResourceType));
      return others.map(({ ResourceType, ResourceId = "" }) => ({ type: `ec2:${ResourceType}`, id: ResourceId }));
    }),
  ]);
}
