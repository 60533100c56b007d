import { CreateRoute$, type CreateRouteCommandInput, type CreateRouteCommandOutput } from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { getRouteTable } from "../find.ts";
import { refreshFirewalls } from "../firewalls.ts";
import { routeFrom } from "../routes.ts";

export const createRoute = action(CreateRoute$, async (input: CreateRouteCommandInput, { world }) => {
  const table = getRouteTable(world.ec2, input.RouteTableId);
  const route = routeFrom(world.ec2, table, input);
  if (table.routes.some(({ destination }) => destination === route.destination)) {
    throw new AwsError("RouteAlreadyExists", `The route identified by ${route.destination} already exists.`);
  }
  table.routes.push(route);
  await world.ec2.save();
  await refreshFirewalls(world, "all");
  return { Return: true } satisfies ActionOutput<CreateRouteCommandOutput>;
});
