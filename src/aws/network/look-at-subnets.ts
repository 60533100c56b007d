import type { RouteTable, Subnet, Vpc } from "@aws-sdk/client-ec2";
import type { LookedAtSubnet, Network } from "../../ports/network.ts";
import type { Clients } from "../clients.ts";
import { collectPages, nameOf, tagsAsRecord } from "../filters.ts";
import { stackTag } from "../tags.ts";

/** Subnets that we did not make, with what decides whether hosts and a load balancer can stand in them. */
export function createSubnetLook(clients: Pick<Clients, "ec2">): Pick<Network, "lookAtSubnets"> {
  return {
    async lookAtSubnets(subnetIds) {
      const { paginateDescribeSubnets, paginateDescribeVpcs, paginateDescribeRouteTables } =
        await import("@aws-sdk/client-ec2");
      const client = await clients.ec2();
      // A filter, because an id that is not there makes the whole call fail.
      const wanted = { Filters: [{ Name: "subnet-id", Values: [...subnetIds] }] };
      const subnets = await collectPages(paginateDescribeSubnets({ client }, wanted), (page) => page.Subnets);
      const vpcIds = [...new Set(subnets.flatMap(({ VpcId }) => VpcId ?? []))];
      if (vpcIds.length === 0) return [];
      const around = { Filters: [{ Name: "vpc-id", Values: vpcIds }] };
      const [vpcs, tables] = await Promise.all([
        collectPages(paginateDescribeVpcs({ client }, around), (page) => page.Vpcs),
        collectPages(paginateDescribeRouteTables({ client }, around), (page) => page.RouteTables),
      ]);
      return subnetIds.flatMap((id) => {
        const subnet = subnets.find(({ SubnetId }) => SubnetId === id);
        return subnet ? [toLook(subnet, vpcs, tables)] : [];
      });
    },
  };
}

function toLook(subnet: Subnet, vpcs: readonly Vpc[], tables: readonly RouteTable[]): LookedAtSubnet {
  const { SubnetId = "", VpcId = "", CidrBlock = "", AvailabilityZone = "" } = subnet;
  const vpc = vpcs.find((it) => it.VpcId === VpcId);
  return {
    id: SubnetId,
    name: nameOf(subnet),
    vpcId: VpcId,
    cidr: CidrBlock,
    availabilityZone: AvailabilityZone,
    vpcCidr: vpc?.CidrBlock ?? "",
    gatewayId: wayOut(tableOf(SubnetId, VpcId, tables)),
    stack: tagsAsRecord(subnet)[stackTag] ?? tagsAsRecord(vpc ?? {})[stackTag],
  };
}

function tableOf(subnetId: string, vpcId: string, tables: readonly RouteTable[]): RouteTable | undefined {
  const own = tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId === subnetId));
  return own ?? tables.find((table) => table.VpcId === vpcId && table.Associations?.some(({ Main }) => Main));
}

/** A route whose gateway is gone stays, as a "blackhole". */
const wayOut = (table: RouteTable | undefined): string | undefined =>
  table?.Routes?.find(
    (route) =>
      route.DestinationCidrBlock === "0.0.0.0/0" && route.GatewayId?.startsWith("igw-") && route.State === "active",
  )?.GatewayId;
