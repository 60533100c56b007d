import type { KeyedLock } from "../keyed-lock.ts";
import type { WantedResources } from "../runtime.ts";
import type { DockerContext } from "./context.ts";
import type { FirewallKeeper } from "./firewall-keeper.ts";
import { settle } from "./hosts.ts";
import { fromLabels, labels, type Membership } from "./names.ts";
import { createBridge, type VpcNetwork } from "./networks.ts";
import { startContainer } from "./start-container.ts";
import type { StoppedHosts } from "./stopped-hosts.ts";

export interface MendParts {
  readonly firewalls: FirewallKeeper;
  readonly stopped: StoppedHosts;
  readonly openEndpoint: (network: VpcNetwork) => Promise<void>;
  /** VPCs that could not be mended. */
  readonly lost: Set<string>;
  /** Held while a network is made, removed or mended. */
  readonly networks: KeyedLock;
}

/**
 * Brings back what went down while the daemon ran. An endpoint appliance has no reason to stop by itself: where it is gone
 * or down, somebody removed it, or the engine was restarted; then the VPC's hosts that are down too are started again. So
 * is a host that was killed. What is just being made, changed or removed is left alone.
 */
export async function mend(context: DockerContext, parts: MendParts, wanted: () => WantedResources): Promise<void> {
  const results = await Promise.allSettled(
    wanted().networks.map((network) => parts.networks.run(network.vpcId, () => look(context, parts, wanted, network))),
  );
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failures.length > 0) throw new AggregateError(failures, "Not everything of the sandbox came back");
}

async function look(
  context: DockerContext,
  parts: MendParts,
  wanted: () => WantedResources,
  network: VpcNetwork,
): Promise<void> {
  const { vpcId } = network;
  const members = await membersOf(context);
  // Asked again now: whoever held the network may have removed it.
  const { networks, instanceIds } = wanted();
  if (!networks.some((it) => it.vpcId === vpcId)) return;
  const hosts = members.filter(
    (member) => member.vpcId === vpcId && isDown(members, member) && instanceIds.includes(member.id),
  );
  try {
    if (!applianceRuns(members, vpcId)) {
      await createBridge(context, network);
      await parts.openEndpoint(network);
    }
    const down = hosts.filter(({ id }) => !parts.stopped.has(id));
    await Promise.all(down.map((host) => startAgain(context, parts, host)));
    parts.lost.delete(vpcId);
  } catch (error) {
    parts.lost.add(vpcId);
    throw error;
  }
}

async function startAgain(context: DockerContext, { firewalls }: MendParts, host: Member): Promise<void> {
  await startContainer(context.docker, host.container);
  await settle(context, firewalls, host.name);
}

/** A host that did not end of its own will. */
export function isDown(members: readonly Member[], { role, state, wasKilled, vpcId }: Member): boolean {
  return role === "host" && state === "exited" && (wasKilled || !applianceRuns(members, vpcId));
}

export interface Member extends Membership {
  readonly container: string;
  readonly name: string;
  /** As Docker says: created, running, exited … */
  readonly state: string;
  /** Ended by SIGKILL: by the engine, by hand or for want of memory, but not by its own will. */
  readonly wasKilled: boolean;
}

/** The sandbox's containers, short of helpers. */
export async function membersOf({ docker, sandboxId }: DockerContext): Promise<Member[]> {
  const label = [`${labels.sandbox}=${sandboxId}`];
  const containers = await docker.listContainers({ all: true, filters: { label } });
  return containers.flatMap(({ Id, Names, Labels, State, Status }) => {
    const member = fromLabels(Labels);
    if (!member || member.role === "helper") return [];
    const name = Names[0]?.replace(/^\//, "") ?? Id;
    return [{ ...member, container: Id, name, state: State, wasKilled: Status.startsWith("Exited (137)") }];
  });
}

export function applianceRuns(members: readonly Member[], vpcId: string): boolean {
  return members.some((it) => it.role === "appliance" && it.vpcId === vpcId && it.state === "running");
}
