import { ReplaceRoute$, type ReplaceRouteCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { getRouteTable } from "../find.ts";
import { refreshFirewalls } from "../firewalls.ts";
import { getRoute, routeFrom } from "../routes.ts";

export const replaceRoute = action(ReplaceRoute$, async (input: ReplaceRouteCommandInput, { world }) => {
  const table = getRouteTable(world.ec2, input.RouteTableId);
  const route = routeFrom(world.ec2, table, input);
  const old = getRoute(table, route.destination);
  table.routes = table.routes.map((it) => (it === old ? route : it));
  await world.ec2.save();
  await refreshFirewalls(world, "all");
  return {};
});
