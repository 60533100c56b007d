import { syncWithHosts } from "./ec2/host-sync.ts";
import { syncWithContainers } from "./elbv2/container-sync.ts";
import { syncWithServers } from "./rds/keep.ts";
import type { WantedResources } from "./runtime.ts";
import type { World } from "./world.ts";

/** What the records say there should be on the machine, short of instances that are just being changed. */
export function wantedBy({ ec2, elbv2 }: World): WantedResources {
  const instances = Object.values(ec2.data.instances);
  return {
    networks: Object.values(ec2.data.vpcs)
      .filter(({ state }) => state === "available")
      .map(({ id, cidr }) => ({ vpcId: id, cidr })),
    instanceIds: instances
      .filter(({ id, state }) => state !== "terminated" && !ec2.transitions.isBusy(id))
      .map(({ id }) => id),
    endedIds: instances.filter(({ state }) => state === "terminated").map(({ id }) => id),
    loadBalancerIds: Object.values(elbv2.data.loadBalancers).map(({ id }) => id),
  };
}

/** After something on the machine ended or vanished: mends what can be mended, and describes the rest as it is. */
export async function tend(world: World, mend: () => Promise<void>): Promise<void> {
  for (const part of [
    mend,
    () => syncWithHosts(world, { force: true }),
    () => syncWithContainers(world, { force: true }),
    () => syncWithServers(world, { force: true }),
  ]) {
    await part().catch((error: unknown) => {
      world.log({ level: "error", event: "not-mended", error: String(error) });
    });
  }
}
