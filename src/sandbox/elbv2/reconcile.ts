import type { World } from "../world.ts";
import { detachInterface } from "../ec2/interfaces.ts";
import { dataPlaneOf } from "./data-plane.ts";

/** After the daemon's start: every load balancer has a container that runs what the records say. Never rejects. */
export async function reconcileElbv2(world: World): Promise<void> {
  await removeStrayInterfaces(world);
  await Promise.all(Object.values(world.elbv2.data.loadBalancers).map((it) => reconcileOne(world, it)));
}

/** Interfaces of load balancers that are not on record: a kill came between them and their load balancer. */
async function removeStrayInterfaces(world: World): Promise<void> {
  const known = new Set(Object.values(world.elbv2.data.loadBalancers).map(({ id }) => id));
  for (const { id, member } of Object.values(world.ec2.data.networkInterfaces)) {
    if (member.kind === "load-balancer" && !known.has(member.id)) await detachInterface(world, id).catch(() => {});
  }
}

async function reconcileOne(world: World, { arn }: { readonly arn: string }): Promise<void> {
  const loadBalancer = world.elbv2.data.loadBalancers[arn];
  if (!loadBalancer) return;
  if (loadBalancer.launchedPorts && !(await answers(world, loadBalancer.id))) {
    // Somebody removed it, or the machine lost it.
    loadBalancer.launchedPorts = undefined;
  }
  await dataPlaneOf(world).settle(arn);
}

async function answers({ runtime }: World, id: string): Promise<boolean> {
  try {
    await runtime.loadBalancerCommand(id, "show version");
    return true;
  } catch {
    return false;
  }
}
