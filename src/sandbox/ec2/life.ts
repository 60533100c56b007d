import type { World } from "../world.ts";
import { refreshFirewalls } from "./firewalls.ts";
import { dropUnneededCopy } from "./disk-copies.ts";
import { isPublic } from "./images.ts";
import { hostNameOf } from "./ids.ts";
import { removeInterface } from "./interfaces.ts";
import type { Ec2Data, InstanceRecord } from "./records.ts";
import { forgetTags } from "./tags.ts";

/**
 * Changes of hosts go on in the background, as on AWS: actions answer with the state in between ("pending",
 * "stopping", "shutting-down"). One instance's changes wait for each other. What an action marks is saved before its
 * change begins; what a host then did is noted, because it is so whether or not the disk takes it.
 */
export type Begin = () => void;

type Reason = NonNullable<InstanceRecord["stateReason"]>;

const userShutdown: Reason = {
  code: "Client.UserInitiatedShutdown",
  message: "Client.UserInitiatedShutdown: User initiated shutdown",
};
export const ownShutdown: Reason = {
  code: "Client.InstanceInitiatedShutdown",
  message: "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
};

export function launch(world: World, instance: InstanceRecord): void {
  const begin = background(world, instance, async () => {
    if (instance.state !== "pending") return;
    const groupIds = world.ec2.data.networkInterfaces[instance.interfaceId]?.groupIds ?? [];
    try {
      // First: the host starts behind its filter, and who lets its group in knows its address.
      await refreshFirewalls(world, { groupIds });
      await world.runtime.launchHost({
        instanceId: instance.id,
        vpcId: instance.vpcId,
        privateIp: instance.privateIp,
        ...(isPublic(instance.imageId) ? {} : { imageId: instance.imageId }),
        hostName: hostNameOf(instance.privateIp),
        ...(instance.userData === undefined ? {} : { userData: Buffer.from(instance.userData, "base64").toString() }),
      });
    } catch (error) {
      world.log({ level: "error", event: "launch-failed", instance: instance.id, error: stackOf(error) });
      await forgetHost(world, instance);
      await endInstance(world, instance, serverError(error));
      return;
    }
    await settleRunning(world, instance);
    // Deregistered meanwhile, it had to wait for this host.
    await dropUnneededCopy(world, instance.imageId);
  });
  begin();
}

export function start(world: World, instance: InstanceRecord): Begin {
  instance.state = "pending";
  instance.stateReason = undefined;
  instance.transitionReason = "";
  instance.launchedAt = world.now().toISOString();
  return background(world, instance, async () => {
    try {
      await world.runtime.startHost(instance.id);
    } catch (error) {
      world.log({ level: "error", event: "start-failed", instance: instance.id, error: stackOf(error) });
      await world.ec2.note(() => {
        if (instance.state !== "pending") return;
        instance.state = "stopped";
        instance.stateReason = serverError(error);
      });
      return;
    }
    await settleRunning(world, instance);
  });
}

export function stop(world: World, instance: InstanceRecord): Begin {
  instance.state = "stopping";
  instance.stateReason = userShutdown;
  instance.transitionReason = userInitiated(world);
  return background(world, instance, async () => {
    let state: "stopped" | "running" = "stopped";
    try {
      await world.runtime.stopHost(instance.id);
    } catch (error) {
      world.log({ level: "error", event: "stop-failed", instance: instance.id, error: stackOf(error) });
      // The next look at the hosts says what it really is.
      state = "running";
    }
    await world.ec2.note(() => {
      if (instance.state === "stopping") instance.state = state;
    });
  });
}

export function reboot(world: World, instance: InstanceRecord): Begin {
  return background(world, instance, async () => {
    if (instance.state === "running") await world.runtime.rebootHost(instance.id);
  });
}

export function terminate(world: World, instance: InstanceRecord, reason: Reason = userShutdown): Begin {
  instance.state = "shutting-down";
  instance.stateReason = reason;
  instance.transitionReason = userInitiated(world);
  return background(world, instance, async () => {
    if (instance.state === "terminated") return;
    await world.runtime.removeHost(instance.id);
    await endInstance(world, instance, reason);
  });
}

/** The host is gone: gives back the address, the groups and the volumes that were made with it. */
export async function endInstance(world: World, instance: InstanceRecord, reason: Reason): Promise<void> {
  const terminatedAt = world.now().toISOString();
  const { groupIds = [] } = world.ec2.data.networkInterfaces[instance.interfaceId] ?? {};
  await world.ec2.note(() => {
    Object.assign(instance, { state: "terminated", stateReason: reason, terminatedAt, profile: undefined });
    removeInterface(world, instance.interfaceId);
    releaseVolumes(world.ec2.data, instance.id);
  });
  await refreshFirewalls(world, { groupIds });
}

function releaseVolumes(data: Ec2Data, instanceId: string): void {
  for (const volume of Object.values(data.volumes)) {
    if (volume.attachment?.instanceId !== instanceId) continue;
    if (volume.attachment.deleteOnTermination) {
      delete data.volumes[volume.id];
      forgetTags(data, volume.id);
    } else volume.attachment = undefined;
  }
}

/** Lets the runtime forget what it kept for a host that is not there. */
export async function forgetHost(world: World, { id }: InstanceRecord): Promise<void> {
  await world.runtime.removeHost(id).catch((error: unknown) => {
    world.log({ level: "warn", event: "host-not-forgotten", instance: id, error: String(error) });
  });
}

export function serverError(error: unknown): Reason {
  const message = error instanceof Error ? error.message : String(error);
  return { code: "Server.InternalError", message: `Server.InternalError: ${message}` };
}

async function settleRunning(world: World, instance: InstanceRecord): Promise<void> {
  await world.ec2.note(() => {
    if (instance.state !== "pending") return;
    instance.state = "running";
    instance.stateReason = undefined;
  });
}

function background(world: World, instance: InstanceRecord, change: () => Promise<void>): Begin {
  return () => {
    world.ec2.transitions.enqueue(instance.id, change).catch((error: unknown) => {
      world.log({ level: "error", event: "instance-change-failed", instance: instance.id, error: stackOf(error) });
    });
  };
}

function userInitiated(world: World): string {
  const time = world.now().toISOString().slice(0, 19).replace("T", " ");
  return `User initiated (${time} GMT)`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
