import type { Instance } from "../../ports/compute.ts";
import type { InstanceProfile, Role } from "../../ports/identity.ts";
import type { InternetGateway, RouteTable, SecurityGroup, Subnet, Vpc } from "../../ports/network.ts";
import type { StepContext } from "../step.ts";

/** Everything of this step that exists, found by its tags. */
export interface Observed {
  readonly vpc: Vpc | undefined;
  readonly subnets: readonly Subnet[];
  readonly gateway: InternetGateway | undefined;
  readonly routeTables: readonly RouteTable[];
  readonly groups: readonly SecurityGroup[];
  readonly role: Role | undefined;
  readonly profile: InstanceProfile | undefined;
  readonly instances: readonly Instance[];
}

export const roleNameOf = (stack: string): string => `${stack}-host`;

export async function observe({ stack, ports }: Pick<StepContext, "stack" | "ports">): Promise<Observed> {
  const { network, compute, identity } = ports;
  const name = roleNameOf(stack);
  const [vpc, subnets, gateway, routeTables, groups, role, profile, instances] = await Promise.all([
    network.findVpc(stack),
    network.findSubnets(stack),
    network.findInternetGateway(stack),
    network.findRouteTables(stack),
    network.findSecurityGroups(stack),
    identity.findRole(stack, name),
    identity.findInstanceProfile(stack, name),
    compute.findInstances(stack),
  ]);
  return { vpc, subnets, gateway, routeTables, groups, role, profile, instances };
}
