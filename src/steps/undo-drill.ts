import type { UndoAction } from "../state/undo.ts";
import { untilTrusted, type RestoreContext } from "./settle.ts";

/** On AWS a stop takes some minutes, and so does the start that can come only after it. */
const startTimeoutMs = 30 * 60_000;

/**
 * Gives subnets the network ACLs that they had, and removes those that kept everything out, also one that was made and
 * never used. Returns when the load balancer has no ill target left, so that a group that was held does not replace them.
 */
export async function openZone(
  context: RestoreContext,
  { subnets }: Extract<UndoAction, { kind: "zone-cut" }>,
): Promise<void> {
  const { network } = context.ports;
  const present = await network.findSubnetAcls(subnets.map(({ subnetId }) => subnetId));
  for (const { subnetId, aclId, associationId } of present) {
    const had = subnets.find((it) => it.subnetId === subnetId)?.aclId;
    if (had !== undefined && had !== aclId) await network.replaceSubnetAcl(associationId, had);
  }
  for (const aclId of await network.findClosingAcls(context.stack)) await network.deleteAcl(aclId);
  await untilTrusted(context);
}

export async function startDatabase({ stack, ports }: RestoreContext, id: string): Promise<void> {
  const database = await ports.databases.find(stack, id);
  if (!database || database.status === "deleting") return;
  await ports.databases.waitUntilAvailable(stack, id, database, startTimeoutMs);
}
