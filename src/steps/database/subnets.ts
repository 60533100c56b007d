import { ec2 } from "../ec2.ts";
import { everywhere } from "../ec2/layout.ts";
import type { StepContext } from "../step.ts";

/** The private subnets; in somebody else's network the given ones, which are all that may be used. */
export async function databaseSubnetIds(ctx: StepContext): Promise<string[]> {
  const { givenSubnetIds } = ctx.output(ec2);
  if (givenSubnetIds) return [...givenSubnetIds];
  const subnets = await ctx.ports.network.findSubnets(ctx.stack);
  return subnets.filter(({ name }) => name.startsWith("private-")).map(({ id }) => id);
}

/** Those of these subnets from which a route leads to the internet. */
export async function openSubnets(ctx: StepContext, subnetIds: readonly string[]): Promise<string[]> {
  const tables = await ctx.ports.network.findRouteTables(ctx.stack);
  return subnetIds.filter((id) =>
    tables.some(
      ({ routes, associations }) =>
        associations.some(({ subnetId }) => subnetId === id) &&
        routes.some(({ destination, gatewayId }) => destination === everywhere && gatewayId !== undefined),
    ),
  );
}
