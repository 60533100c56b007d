import { RunInstances$, type RunInstancesCommandInput, type RunInstancesCommandOutput } from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { sandboxAccount, type World } from "../../world.ts";
import { idsOfToken, rememberToken } from "../client-tokens.ts";
import { getInstance } from "../find.ts";
import { newId } from "../ids.ts";
import { instanceShape } from "../instance-shape.ts";
import { createInterface, removeInterface } from "../interfaces.ts";
import { planLaunch, type LaunchPlan } from "../launch-plan.ts";
import { launch } from "../life.ts";
import type { InstanceRecord } from "../records.ts";
import { putTags, tagsFor } from "../tags.ts";
import { volumeFrom } from "../volumes.ts";

const taggable = ["instance", "volume", "network-interface"];

export const runInstances = action(RunInstances$, async (input: RunInstancesCommandInput, { world, region }) => {
  const { data } = world.ec2;
  const known = idsOfToken(data, "RunInstances", input, (id) => id in data.instances);
  if (known) {
    await world.ec2.settled();
    return reservation(
      world,
      known.filter((id) => id in data.instances).map((id) => getInstance(world.ec2, id)),
    );
  }
  const plan = planLaunch(world, input);
  const tags = Object.fromEntries(taggable.map((type) => [type, tagsFor(input.TagSpecifications, type, taggable)]));
  // No wait between here and the save: two requests with one token must not both get here.
  const instances = makeRecords(world, plan, { input, region, tags });
  rememberToken(
    data,
    "RunInstances",
    input,
    instances.map(({ id }) => id),
  );
  await world.ec2.save();
  const answer = reservation(world, instances);
  for (const instance of instances) launch(world, instance);
  return answer;
});

function reservation(world: World, instances: readonly InstanceRecord[]) {
  return {
    ReservationId: instances[0]?.reservationId,
    OwnerId: sandboxAccount,
    Groups: [],
    Instances: instances.map((instance) => instanceShape(world, instance)),
  } satisfies ActionOutput<RunInstancesCommandOutput>;
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
