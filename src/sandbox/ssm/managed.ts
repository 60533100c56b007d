import { isCutOff } from "../ec2/network-acls.ts";
import { hasInternetRoute } from "../ec2/routing.ts";
import type { InstanceRecord } from "../ec2/records.ts";
import { authorize } from "../iam/authorize.ts";
import { roleArn } from "../iam/entities.ts";
import { roleOfInstance, trusts } from "../iam/sessions.ts";
import type { World } from "../world.ts";

export interface ManagedInstance {
  readonly instance: InstanceRecord;
  readonly ping: "Online" | "ConnectionLost";
  readonly registeredAt: Date;
}

/**
 * Whether the agent could reach SSM if it runs: the instance runs, its role may register it, and there is a way out to
 * SSM's public endpoint.
 */
export function canReachSsm(world: World, instance: InstanceRecord): boolean {
  const { data } = world.ec2;
  if (instance.state !== "running" || !hasInternetRoute(data, instance.subnetId)) return false;
  if (isCutOff(data, instance.subnetId)) return false;
  const role = roleOfInstance(world, instance.id);
  if (!role || !trusts(role, "Service", "ec2.amazonaws.com")) return false;
  const caller = { accessKeyId: "", arn: roleArn(role), roleName: role.name };
  return authorize(world, caller, "ssm:UpdateInstanceInformation", "*") === "allow";
}

/** The instance as SSM sees it now; undefined when it has never been reached, or is no more. */
export async function managedInstance(world: World, instance: InstanceRecord): Promise<ManagedInstance | undefined> {
  const { data, agents } = world.ssm;
  if (instance.state === "terminated" || instance.state === "shutting-down") return undefined;
  const online = canReachSsm(world, instance) && (await agents.isActive(world, instance.id));
  if (online && !data.registrations[instance.id]) {
    const registration = { registeredAt: world.now().toISOString() };
    await world.ssm.note(() => (data.registrations[instance.id] ??= registration));
  }
  const registration = data.registrations[instance.id];
  if (!registration) return undefined;
  return { instance, ping: online ? "Online" : "ConnectionLost", registeredAt: new Date(registration.registeredAt) };
}

export async function managedInstances(world: World): Promise<ManagedInstance[]> {
  const instances = Object.values(world.ec2.data.instances);
  forgetTerminated(world);
  const managed = await Promise.all(instances.map((instance) => managedInstance(world, instance)));
  return managed.filter((it) => it !== undefined);
}

/**
 * Whether a command for it is taken. A registered instance whose agent is out for the moment gets it later, as on AWS; a
 * stopped one, or one that was never reached, is refused.
 */
export async function takesCommands(world: World, instanceId: string): Promise<boolean> {
  const instance = world.ec2.instance(instanceId);
  if (!instance || !canReachSsm(world, instance)) return false;
  return (
    world.ssm.data.registrations[instanceId] !== undefined || (await managedInstance(world, instance)) !== undefined
  );
}

/** On disk with the next save. */
function forgetTerminated({ ssm, ec2 }: World): void {
  for (const id of Object.keys(ssm.data.registrations)) {
    const state = ec2.instance(id)?.state ?? "terminated";
    if (state !== "terminated") continue;
    delete ssm.data.registrations[id];
    ssm.agents.forget(id);
  }
}
