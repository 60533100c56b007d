import { contains, formatRange, parseRange } from "../docker/addresses.ts";
import { AwsError } from "../wire/action.ts";
import { parseCidr } from "./cidr.ts";
import { invalidValue, missingParameter } from "./errors.ts";
import type { RouteRecord, RouteTableRecord } from "./records.ts";
import type { Ec2Store } from "./store.ts";

interface RouteInput {
  readonly DestinationCidrBlock?: string | undefined;
  readonly GatewayId?: string | undefined;
}

/** Checks a route as CreateRoute and ReplaceRoute take it. The sandbox routes IPv4 to internet gateways. */
export function routeFrom({ data }: Ec2Store, table: RouteTableRecord, input: RouteInput): RouteRecord {
  const range = parseCidr(input.DestinationCidrBlock, "destinationCidrBlock");
  const local = parseRange(data.vpcs[table.vpcId]?.cidr ?? "");
  if (contains(local, range)) {
    throw invalidValue(
      `The destination CIDR block ${formatRange(range)} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
    );
  }
  const { GatewayId: gatewayId } = input;
  if (gatewayId === undefined) throw missingParameter("gatewayId");
  const gateway = Object.hasOwn(data.internetGateways, gatewayId) ? data.internetGateways[gatewayId] : undefined;
  if (!gateway) throw new AwsError("InvalidGatewayID.NotFound", `The gateway ID '${gatewayId}' does not exist`);
  if (gateway.vpcId !== table.vpcId) {
    throw invalidValue(`route table ${table.id} and network gateway ${gatewayId} belong to different networks`);
  }
  return { destination: formatRange(range), gatewayId };
}

export function getRoute(table: RouteTableRecord, destination: string): RouteRecord {
  const route = table.routes.find((it) => it.destination === destination);
  if (route) return route;
  throw new AwsError(
    "InvalidRoute.NotFound",
    `no route with destination-cidr-block ${destination} in route table ${table.id}`,
  );
}
