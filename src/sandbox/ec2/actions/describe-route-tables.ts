import {
  DescribeRouteTables$,
  type DescribeRouteTablesCommandInput,
  type DescribeRouteTablesCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount } from "../../world.ts";
import type { FilterFields } from "../filter.ts";
import { kinds } from "../find.ts";
import type { Ec2Data, RouteTableRecord } from "../records.ts";
import { selectPage } from "../select.ts";
import { routeTableShape } from "../shapes.ts";

const fieldsOf = (data: Ec2Data): FilterFields<RouteTableRecord> => {
  const routes = (table: RouteTableRecord) => routeTableShape(data, table).Routes;
  return {
    "association.main": (table) => table.associations.map(({ subnetId }) => subnetId === undefined),
    "association.route-table-association-id": (table) => table.associations.map(({ id }) => id),
    "association.route-table-id": (table) => (table.associations.length > 0 ? table.id : undefined),
    "association.subnet-id": (table) => table.associations.map(({ subnetId }) => subnetId),
    "owner-id": () => sandboxAccount,
    "route-table-id": (table) => table.id,
    "route.destination-cidr-block": (table) => routes(table).map((it) => it.DestinationCidrBlock),
    "route.gateway-id": (table) => routes(table).map((it) => it.GatewayId),
    "route.origin": (table) => routes(table).map((it) => it.Origin),
    "route.state": (table) => routes(table).map((it) => it.State),
    "vpc-id": (table) => table.vpcId,
  };
};

export const describeRouteTables = action(
  DescribeRouteTables$,
  (input: DescribeRouteTablesCommandInput, { world: { ec2 } }) => {
    const { items, NextToken } = selectPage(ec2, input, {
      records: ec2.data.routeTables,
      kind: kinds.routeTable,
      ids: input.RouteTableIds,
      fields: fieldsOf(ec2.data),
    });
    return {
      RouteTables: items.map((table) => routeTableShape(ec2.data, table)),
      NextToken,
    } satisfies ActionOutput<DescribeRouteTablesCommandOutput>;
  },
);
