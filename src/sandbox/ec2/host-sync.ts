import type { HostState } from "../runtime.ts";
import type { World } from "../world.ts";
import { endInstance, forgetHost, ownShutdown, serverError, terminate } from "./life.ts";
import type { InstanceRecord } from "./records.ts";
import { forgetTags } from "./tags.ts";

const maximumAgeMs = 1000;
/** AWS describes terminated instances for about an hour. */
const terminatedShownMs = 3_600_000;

/**
 * Sees what happened to hosts behind our back: a container that was removed by hand, a host that shut itself down.
 * Cheap enough for each Describe. What is under way here is left alone.
 */
export async function syncWithHosts(world: World, { force = false } = {}): Promise<void> {
  const { transitions, data } = world.ec2;
  forgetOldInstances(world);
  // Without hosts there is no reason to ask Docker, which might have to build images first.
  if (!Object.values(data.instances).some(isSettled)) return;
  const now = Date.now();
  if (!force && now - transitions.comparedAt < maximumAgeMs) return;
  transitions.comparing ??= compare(world).finally(() => {
    transitions.comparing = undefined;
    transitions.comparedAt = Date.now();
  });
  await transitions.comparing;
}

async function compare(world: World): Promise<void> {
  const { transitions, data } = world.ec2;
  const before = Object.values(data.instances).filter((it) => isSettled(it) && !transitions.isBusy(it.id));
  const states = before.map(({ state }) => state);
  let hosts: Map<string, HostState>;
  try {
    hosts = await world.runtime.hostStates();
  } catch (error) {
    // Better the last known states than none.
    world.log({ level: "warn", event: "hosts-unknown", error: String(error) });
    return;
  }
  for (const [index, instance] of before.entries()) {
    // What changed while Docker was asked is newer than the answer.
    if (transitions.isBusy(instance.id) || instance.state !== states[index]) continue;
    await adopt(world, instance, hosts.get(instance.id));
  }
}

/** What is described is what is there, whether or not it can be written down now. */
async function adopt(world: World, instance: InstanceRecord, host: HostState | undefined): Promise<void> {
  if (host === instance.state || host === "down") return;
  if (host === undefined) {
    await forgetHost(world, instance);
    await endInstance(world, instance, serverError("the container of the instance is gone"));
  } else if (host === "running") {
    await world.ec2.note(() => Object.assign(instance, { state: "running", stateReason: undefined }));
  } else if (instance.shutdownBehavior === "terminate") {
    terminate(world, instance, ownShutdown)();
  } else {
    const stopped = { state: "stopped", stateReason: ownShutdown, transitionReason: "" } as const;
    await world.ec2.note(() => Object.assign(instance, stopped));
  }
}

function isSettled({ state }: InstanceRecord): boolean {
  return state === "running" || state === "stopped";
}

function forgetOldInstances(world: World): void {
  const { data } = world.ec2;
  const limit = world.now().getTime() - terminatedShownMs;
  for (const { id, terminatedAt } of Object.values(data.instances)) {
    if (terminatedAt === undefined || Date.parse(terminatedAt) > limit) continue;
    delete data.instances[id];
    forgetTags(data, id);
  }
}
