import { ec2 } from "../steps/ec2.ts";
import { hostOf } from "../steps/ec2/output.ts";
import { isMember } from "../steps/redundancy/members.ts";
import type { ModuleSet } from "../state/schema.ts";
import type { Session } from "./session.ts";

/**
 * An Auto Scaling group launches and replaces hosts when nobody looks. Takes those that it has now into the records, so
 * that whatever follows is about them. One look at the instances, and one at the targets when there are new ones: a host
 * that is still booting is none to ask or to check.
 */
export async function followHosts(session: Session): Promise<void> {
  const { state } = session.store;
  const record = state.steps.find(({ name }) => name === "redundancy");
  if (!record || (record.status === "pending" && record.output === undefined)) return;
  const ctx = session.contextFor(ec2);
  const output = ctx.findOutput(ec2);
  if (!output) return;
  const running = (await session.ports.compute.findInstances(session.stack)).filter(
    (instance) => isMember(instance) && instance.state === "running",
  );
  const isKnown = ({ id }: { id: string }): boolean => output.hosts.some(({ instanceId }) => instanceId === id);
  const present = running.every(isKnown) ? running : await withoutNewcomers(session, running, isKnown);
  const isSame = present.length === output.hosts.length && present.every(isKnown);
  // Between two hosts there may be none for a moment; the last one known is what can be told of then.
  if (present.length === 0 || isSame) return;
  const hosts = present.map(hostOf);
  session.recordOf("ec2").output = { ...output, hosts };
  state.hosts = hosts.map(({ instanceId, availabilityZone, privateIp }) => ({
    instanceId,
    availabilityZone,
    privateIp,
  }));
  noteInstances(
    session,
    hosts.map(({ instanceId }) => instanceId),
  );
  if (session.lock) await session.save();
}

async function withoutNewcomers<T extends { readonly id: string }>(
  { ports, stack }: Session,
  running: readonly T[],
  isKnown: (instance: T) => boolean,
): Promise<T[]> {
  const group = await ports.loadBalancing.findTargetGroup(stack, stack);
  const targets = group ? await ports.loadBalancing.targetHealth(group.arn) : [];
  const serves = ({ id }: T): boolean =>
    targets.some(({ instanceId, state }) => instanceId === id && state !== "initial" && state !== "draining");
  return running.filter((instance) => isKnown(instance) || serves(instance));
}

/** The instances among the recorded resources, and the modules of those that are there no more. */
function noteInstances({ store: { state }, clock }: Session, ids: readonly string[]): void {
  const isInstance = ({ type }: { type: string }): boolean => type === "ec2:instance";
  const known = state.resources.filter((it) => isInstance(it) && it.id !== undefined && ids.includes(it.id));
  const createdAt = clock.now().toISOString();
  const added = ids
    .filter((id) => !known.some((it) => it.id === id))
    .map((id) => ({ type: "ec2:instance", name: id, step: "redundancy" as const, id, clientToken: "", createdAt }));
  // One that is there beside the group is still to be ended, and stays noted until then.
  const byHand = state.resources.filter((it) => isInstance(it) && it.step === "ec2" && !known.includes(it));
  state.resources = [...state.resources.filter((it) => !isInstance(it)), ...byHand, ...known, ...added];
  state.modules = withHeirs(state.modules, ids);
}

/** Hosts of one image have what the host had that it was made of: the new ones take the place of those that are gone. */
function withHeirs(sets: readonly ModuleSet[], ids: readonly string[]): ModuleSet[] {
  const known = sets.map((set) => ({ ...set, instances: set.instances.filter((id) => ids.includes(id)) }));
  const heirs = ids.filter((id) => !known.some(({ instances }) => instances.includes(id)));
  const first = known.find(({ instances }) => instances.length > 0) ?? known[0];
  first?.instances.push(...heirs);
  return known.filter(({ instances }) => instances.length > 0);
}
