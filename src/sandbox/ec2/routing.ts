import type { Ec2Data, RouteRecord, RouteTableRecord } from "./records.ts";

/** The table of a subnet: its own, else the main one of its VPC. */
export function routeTableOfSubnet(data: Ec2Data, subnetId: string): RouteTableRecord | undefined {
  const tables = Object.values(data.routeTables);
  const vpcId = data.subnets[subnetId]?.vpcId;
  return (
    tables.find(({ associations }) => associations.some((it) => it.subnetId === subnetId)) ??
    tables.find((table) => table.vpcId === vpcId && isMain(table))
  );
}

export function isMain(table: RouteTableRecord): boolean {
  return table.associations.some(({ subnetId }) => subnetId === undefined);
}

/** A route whose gateway is gone leads nowhere ("blackhole"). */
export function isActive(data: Ec2Data, table: RouteTableRecord, route: RouteRecord): boolean {
  return data.internetGateways[route.gatewayId]?.vpcId === table.vpcId;
}

export function hasInternetRoute(data: Ec2Data, subnetId: string): boolean {
  const table = routeTableOfSubnet(data, subnetId);
  return table?.routes.some((route) => route.destination === "0.0.0.0/0" && isActive(data, table, route)) ?? false;
}
