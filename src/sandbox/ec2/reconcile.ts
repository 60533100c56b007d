import type { HostState } from "../runtime.ts";
import type { World } from "../world.ts";
import { refreshFirewalls } from "./firewalls.ts";
import { captureRest } from "./capture.ts";
import { syncWithHosts } from "./host-sync.ts";
import { endInstance, launch, serverError, stop, terminate } from "./life.ts";
import type { InstanceRecord } from "./records.ts";
import { removeVpcRecords } from "./vpcs.ts";

/**
 * After the daemon's start: finishes what was under way when it ended, takes over what happened to the hosts meanwhile,
 * and brings the packet filters into line. Returns before launches and stops are through, as the actions do.
 */
export async function reconcileEc2(world: World): Promise<void> {
  await finishNetworks(world);
  // Before hosts are compared: one that is down for its image has not stopped by itself.
  captureRest(world);
  // First the settled ones: a launch looks at the interfaces of hosts that are still there.
  await syncWithHosts(world, { force: true });
  const { instances } = world.ec2.data;
  const inBetween = Object.values(instances).filter((it) =>
    ["pending", "stopping", "shutting-down"].includes(it.state),
  );
  if (inBetween.length > 0) {
    const hosts = await world.runtime.hostStates();
    for (const instance of inBetween) await finish(world, instance, hosts.get(instance.id));
  }
  await world.ec2.save();
  // A filter that cannot be set now is logged; it must not keep the daemon from answering.
  await refreshFirewalls(world, "all").catch(() => {});
}

/** A VPC whose network was being made. Its caller never got an answer, but finds it by its tags. */
async function finishNetworks(world: World): Promise<void> {
  for (const vpc of Object.values(world.ec2.data.vpcs)) {
    if (vpc.state === "available") continue;
    try {
      await world.runtime.createNetwork({ vpcId: vpc.id, cidr: vpc.cidr });
      vpc.state = "available";
    } catch (error) {
      world.log({ level: "error", event: "network-failed", vpc: vpc.id, error: String(error) });
      removeVpcRecords(world.ec2.data, vpc.id);
    }
  }
}

async function finish(world: World, instance: InstanceRecord, host: HostState | undefined): Promise<void> {
  switch (instance.state) {
    case "pending":
      // A host that was never there is launched again; one that was being started is asked for anew.
      if (host === "running") instance.state = "running";
      else if (host === undefined) launch(world, instance);
      else instance.state = "stopped";
      return;
    case "stopping":
      if (host === undefined) await endInstance(world, instance, serverError("the container of the instance is gone"));
      else if (host === "running") stop(world, instance)();
      else instance.state = "stopped";
      return;
    default:
      terminate(world, instance)();
  }
}
