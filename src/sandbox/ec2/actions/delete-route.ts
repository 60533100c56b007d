import { DeleteRoute$, type DeleteRouteCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { canonicalCidr } from "../cidr.ts";
import { invalidValue } from "../errors.ts";
import { getRouteTable } from "../find.ts";
import { refreshFirewalls } from "../firewalls.ts";
import { getRoute } from "../routes.ts";

export const deleteRoute = action(DeleteRoute$, async (input: DeleteRouteCommandInput, { world }) => {
  const { ec2 } = world;
  const table = getRouteTable(ec2, input.RouteTableId);
  const destination = canonicalCidr(input.DestinationCidrBlock, "destinationCidrBlock");
  if (destination === ec2.data.vpcs[table.vpcId]?.cidr) {
    throw invalidValue(`cannot remove local route ${destination} in route table ${table.id}`);
  }
  const gone = getRoute(table, destination);
  table.routes = table.routes.filter((route) => route !== gone);
  await ec2.save();
  await refreshFirewalls(world, "all");
  return {};
});
