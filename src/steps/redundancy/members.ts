import type { Instance } from "../../ports/compute.ts";
import type { HostRecord } from "../../state/schema.ts";

/** Auto Scaling tags its instances itself. */
const groupTag = "aws:autoscaling:groupName";

/** Whether an Auto Scaling group launched it, and replaces it. */
export const isMember = ({ tags }: Pick<Instance, "tags">): boolean => tags[groupTag] !== undefined;

/** The hosts as they are: those that a group runs now, when there are any; else the recorded ones. */
export function hostsNow(recorded: readonly HostRecord[], instances: readonly Instance[]): readonly HostRecord[] {
  const members = instances.filter((instance) => isMember(instance) && instance.state === "running");
  if (members.length === 0) return recorded;
  return members.map(({ id, availabilityZone, privateIp = "" }) => ({ instanceId: id, availabilityZone, privateIp }));
}

/** Whether a state speaks of a group, so that who its hosts are has to be asked. */
export const hasGroup = (steps: readonly { readonly name: string; readonly output?: unknown }[]): boolean =>
  steps.some(({ name, output }) => name === "redundancy" && output !== undefined);
