import type { World } from "../world.ts";
import { dataPlaneOf } from "./data-plane.ts";

const maximumAgeMs = 1000;
const comparedAt = new WeakMap<World, number>();

/**
 * Sees to load balancers whose container was removed or stopped by hand. On AWS none can vanish, so it is made again
 * from its record; until it runs it is described as "provisioning", or "failed" with the reason when that does not work.
 * Cheap enough for each Describe.
 */
export async function syncWithContainers(world: World, { force = false } = {}): Promise<void> {
  const { elbv2, runtime, log } = world;
  const plane = dataPlaneOf(world);
  const settled = Object.values(elbv2.data.loadBalancers).filter((it) => it.launchedPorts && !plane.isBusy(it.arn));
  if (settled.length === 0) return;
  if (!force && Date.now() - (comparedAt.get(world) ?? 0) < maximumAgeMs) return;
  comparedAt.set(world, Date.now());
  let states: Map<string, "running" | "stopped">;
  try {
    states = await runtime.loadBalancerStates();
  } catch (error) {
    // Better the last known states than none.
    log({ level: "warn", event: "load-balancers-unknown", error: String(error) });
    return;
  }
  for (const loadBalancer of settled) {
    if (states.get(loadBalancer.id) === "running" || plane.isBusy(loadBalancer.arn)) continue;
    log({ level: "warn", event: "load-balancer-lost", loadBalancer: loadBalancer.id });
    if (loadBalancer.state === "active") await elbv2.note(() => (loadBalancer.state = "provisioning"));
    void plane.settle(loadBalancer.arn);
  }
}
