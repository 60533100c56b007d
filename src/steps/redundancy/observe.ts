import type { AutoScalingGroup, LaunchTemplate } from "../../ports/auto-scaling.ts";
import type { Instance } from "../../ports/compute.ts";
import type { Image } from "../../ports/images.ts";
import { isUsable } from "../ec2/usable.ts";
import type { StepContext } from "../step.ts";
import { together } from "../together.ts";
import { isMember } from "./members.ts";
import { groupNameOf, secretNameOf } from "./settings.ts";

export interface Observed {
  readonly hasSecret: boolean;
  readonly images: readonly Image[];
  readonly template: LaunchTemplate | undefined;
  readonly group: AutoScalingGroup | undefined;
  /** The group's, and those that were there before it. */
  readonly members: readonly Instance[];
  readonly others: readonly Instance[];
}

/** Throws NAME_TAKEN for a group or launch template of our name that is not ours. */
export async function observe({ stack, ports }: Pick<StepContext, "stack" | "ports">): Promise<Observed> {
  const name = groupNameOf(stack);
  const [hasSecret, images, template, group, instances] = await together([
    ports.parameters.find(stack).then((found) => found.some((it) => it.name === secretNameOf(stack))),
    ports.images.findImages(stack),
    ports.autoScaling.findLaunchTemplate(stack, name),
    ports.autoScaling.findGroup(stack, name),
    ports.compute.findInstances(stack),
  ]);
  const usable = instances.filter(({ state }) => isUsable(state));
  return {
    hasSecret,
    images,
    template,
    group: group?.isLeaving ? undefined : group,
    members: usable.filter(isMember),
    others: usable.filter((instance) => !isMember(instance)),
  };
}

/** The host to make images of: one that is in service in the group, else the one that was built by hand. */
export function sourceOf({ group, members, others }: Observed): Instance | undefined {
  const isServing = ({ id }: Instance): boolean =>
    group?.members.some((it) => it.instanceId === id && it.lifecycle === "InService" && it.health === "Healthy") ??
    false;
  const running = (instance: Instance): boolean => instance.state === "running";
  return members.find((it) => running(it) && isServing(it)) ?? others.find(running);
}
