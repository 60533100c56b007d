import type { StepContext } from "../step.ts";

/** The ranges that may reach the load balancer; without any the caller's own address. */
export async function allowedSources(ctx: Pick<StepContext, "settings" | "ports">): Promise<readonly string[]> {
  return ctx.settings.allow ?? [`${await ctx.ports.network.callerAddress()}/32`];
}
