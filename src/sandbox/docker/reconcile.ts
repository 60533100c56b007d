import type { WantedResources } from "../runtime.ts";
import type { DockerContext } from "./context.ts";
import { removeContainer } from "./engine.ts";
import { settle } from "./hosts.ts";
import { settleLoadBalancer } from "./load-balancers.ts";
import { membersOf, type Member, type MendParts } from "./mend.ts";
import { labels } from "./names.ts";
import { createBridge, listBridges, removeBridge, type VpcNetwork } from "./networks.ts";
import { startContainer } from "./start-container.ts";

/**
 * After the daemon's start: what the records name is made or started again, and deletions that a kill cut short come to
 * their end. What the records know nothing of is left alone: they may be an older copy. Appliances first: hosts that
 * start want their endpoint. One that fails does not keep the others down.
 */
export async function reconcile(context: DockerContext, parts: MendParts, wanted: WantedResources): Promise<void> {
  await removeHelpers(context);
  const members = await membersOf(context);
  const { endedIds, instanceIds, loadBalancerIds, networks } = wanted;
  const ended = members.filter(({ role, id }) => role === "host" && endedIds.includes(id));
  const failures = await rejections(ended.map(({ container }) => remove(context, container)));
  failures.push(
    ...(await rejections((await deserted(context, members, wanted)).map((id) => removeBridge(context, id)))),
  );
  failures.push(...(await rejections(networks.map((network) => open(context, parts, network)))));
  const known = members.filter(({ role, id }) =>
    role === "host" ? instanceIds.includes(id) : role === "load-balancer" && loadBalancerIds.includes(id),
  );
  failures.push(...(await rejections(known.map((member) => bringBack(context, parts, member)))));
  if (failures.length > 0) throw new AggregateError(failures, "Not everything of the sandbox came back");
}

async function open(context: DockerContext, { openEndpoint }: MendParts, network: VpcNetwork): Promise<void> {
  await createBridge(context, network);
  await openEndpoint(network);
}

async function bringBack(context: DockerContext, { firewalls, stopped }: MendParts, member: Member): Promise<void> {
  if (member.role === "host" && stopped.has(member.id)) return;
  // Its launch was killed before the first start: it never was an instance.
  if (member.state === "created") return remove(context, member.container);
  if (member.state !== "running") await startContainer(context.docker, member.container);
  const settleMember = member.role === "host" ? settle : settleLoadBalancer;
  await settleMember(context, firewalls, member.name);
}

/** Networks of VPCs that are not on record, with nothing but an appliance in them: their deletion was cut short. */
async function deserted(
  context: DockerContext,
  members: readonly Member[],
  { networks }: WantedResources,
): Promise<string[]> {
  const inUse = new Set([
    ...networks.map(({ vpcId }) => vpcId),
    ...members.filter(({ role }) => role !== "appliance").map(({ vpcId }) => vpcId),
  ]);
  const bridges = await listBridges(context);
  return bridges.map(({ vpcId }) => vpcId).filter((vpcId) => !inUse.has(vpcId));
}

function remove({ docker }: DockerContext, id: string): Promise<void> {
  return removeContainer(docker.getContainer(id));
}

/** A helper whose daemon was killed between creating and starting it. */
async function removeHelpers({ docker, sandboxId }: DockerContext): Promise<void> {
  const label = [`${labels.sandbox}=${sandboxId}`, `${labels.role}=helper`];
  const helpers = await docker.listContainers({ all: true, filters: { label } });
  await Promise.all(helpers.map(({ Id }) => removeContainer(docker.getContainer(Id)).catch(() => {})));
}

async function rejections(work: readonly Promise<void>[]): Promise<unknown[]> {
  const results = await Promise.allSettled(work);
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
}
