import type { RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import type { World } from "../world.ts";
import { idsOfToken, rememberToken } from "./client-tokens.ts";
import { newId } from "./ids.ts";
import { createInterface, removeInterface } from "./interfaces.ts";
import { planLaunch, type LaunchPlan } from "./launch-plan.ts";
import { fromTemplate } from "./launch-templates.ts";
import { launch } from "./life.ts";
import type { InstanceRecord } from "./records.ts";
import { putTags, tagsFor } from "./tags.ts";
import { volumeFrom } from "./volumes.ts";

const taggable = ["instance", "volume", "network-interface"];

/**
 * Launches instances as RunInstances does, once for each client token. `ownTags` are AWS's own, which a caller could not
 * give (`aws:autoscaling:groupName`).
 */
export async function launchInstances(
  world: World,
  region: string,
  input: RunInstancesCommandInput,
  ownTags: Readonly<Record<string, string>> = {},
): Promise<{ readonly instances: readonly InstanceRecord[]; readonly isNew: boolean }> {
  const { data } = world.ec2;
  const known = idsOfToken(data, "RunInstances", input, (id) => id in data.instances);
  if (known) {
    await world.ec2.settled();
    return { instances: known.flatMap((id) => data.instances[id] ?? []), isNew: false };
  }
  const { request, tags: templateTags } = fromTemplate(world.ec2, input);
  const plan = planLaunch(world, request);
  const tags = Object.fromEntries(taggable.map((type) => [type, tagsFor(request.TagSpecifications, type, taggable)]));
  // No wait between here and the save: two requests with one token must not both get here.
  const instances = makeRecords(world, plan, { input: request, region, tags });
  for (const { id } of instances) putTags(data, id, { ...templateTags, ...ownTags });
  rememberToken(
    data,
    "RunInstances",
    input,
    instances.map(({ id }) => id),
  );
  await world.ec2.save();
  return { instances, isNew: true };
}

/** Begins what was recorded, once the answer is made up. */
export function beginLaunches(world: World, instances: readonly InstanceRecord[]): void {
  for (const instance of instances) launch(world, instance);
}

interface Request {
  readonly input: RunInstancesCommandInput;
  readonly region: string;
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Instances, interfaces and volumes, all of them or none. */
function makeRecords(world: World, plan: LaunchPlan, request: Request): InstanceRecord[] {
  const reservationId = newId("r");
  const made: InstanceRecord[] = [];
  try {
    for (let index = 0; index < plan.count; index += 1)
      made.push(makeRecord(world, plan, request, reservationId, index));
  } catch (error) {
    for (const { interfaceId } of made) removeInterface(world, interfaceId);
    throw error;
  }
  const { data } = world.ec2;
  for (const instance of made) {
    data.instances[instance.id] = instance;
    putTags(data, instance.id, request.tags["instance"] ?? {});
    for (const device of plan.devices) {
      const { id: instanceId, availabilityZone, launchedAt: now } = instance;
      const volume = volumeFrom(device, { instanceId, availabilityZone, now });
      data.volumes[volume.id] = volume;
      putTags(data, volume.id, request.tags["volume"] ?? {});
    }
  }
  return made;
}

function makeRecord(
  world: World,
  plan: LaunchPlan,
  { input, region, tags }: Request,
  reservationId: string,
  launchIndex: number,
): InstanceRecord {
  const id = newId("i");
  const { vpcId, id: subnetId, availabilityZone } = plan.subnet;
  const now = world.now().toISOString();
  const networkInterface = createInterface(world, {
    vpcId,
    subnetId,
    privateIp: plan.privateIp,
    groupIds: plan.groupIds,
    description: plan.interfaceDescription,
    instanceId: id,
    member: { kind: "host", id },
    tags: tags["network-interface"],
    associatePublicIp: plan.associatePublicIp,
    deleteOnTermination: plan.deleteInterface,
  });
  return {
    id,
    reservationId,
    region,
    imageId: plan.image.id,
    instanceType: plan.type.name,
    architecture: plan.image.architecture,
    rootDevice: plan.image.rootDevice,
    vpcId,
    subnetId,
    availabilityZone,
    privateIp: networkInterface.privateIp,
    interfaceId: networkInterface.id,
    launchIndex,
    clientToken: input.ClientToken,
    keyName: input.KeyName,
    shutdownBehavior: plan.shutdownBehavior,
    userData: plan.userData,
    profile:
      plan.profileName === undefined
        ? undefined
        : { associationId: newId("iip-assoc"), name: plan.profileName, associatedAt: now },
    metadataOptions: plan.metadataOptions,
    state: "pending",
    stateReason: { code: "pending", message: "pending" },
    transitionReason: "",
    launchedAt: now,
  };
}
