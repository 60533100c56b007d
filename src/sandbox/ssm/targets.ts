import type { Target } from "@aws-sdk/client-ssm";
import { tagsOf } from "../ec2/tags.ts";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { managedInstances } from "./managed.ts";

interface CommandTarget {
  readonly key: string;
  readonly values: readonly string[];
}

export function targetsFrom(targets: readonly Target[] | undefined): CommandTarget[] {
  return (targets ?? []).map(({ Key: key = "", Values: values = [] }) => {
    if (/^tag:.+/.test(key) || ["InstanceIds", "instanceids", "tag-key"].includes(key)) return { key, values };
    throw new AwsError("InvalidTarget", `The target ${key} is not valid: use InstanceIds, tag-key or tag:NAME.`);
  });
}

/** The instances online that all targets name. */
export async function targetedInstances(world: World, targets: readonly CommandTarget[]): Promise<string[]> {
  const managed = await managedInstances(world);
  return managed
    .filter(({ ping, instance }) => ping === "Online" && targets.every((target) => isMeant(world, target, instance.id)))
    .map(({ instance }) => instance.id);
}

function isMeant(world: World, { key, values }: CommandTarget, instanceId: string): boolean {
  if (/^instanceids$/i.test(key)) return values.includes(instanceId);
  const tags = Object.entries(tagsOf(world.ec2.data, instanceId));
  if (key === "tag-key") return tags.some(([name]) => values.includes(name));
  return tags.some(([name, value]) => name === key.slice("tag:".length) && values.includes(value));
}
