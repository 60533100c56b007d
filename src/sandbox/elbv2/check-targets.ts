import type { TargetDescription } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isIPv4 } from "node:net";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { checkPort } from "./checks.ts";
import { missing } from "./errors.ts";
import type { TargetGroupRecord, TargetRecord } from "./store.ts";

type Target = Pick<TargetRecord, "id" | "port">;

export const isSameTarget = (one: Target, other: Target): boolean => one.id === other.id && one.port === other.port;

/** What a request wants to register, each of which must be there and in the group's VPC; nothing is registered else. */
export function checkTargets(
  world: World,
  group: TargetGroupRecord,
  targets: readonly TargetDescription[] | undefined,
): Target[] {
  if (!targets?.length) throw missing("targets");
  return targets.map(({ Id: id = "", Port = group.port }) => {
    if (group.targetType === "instance") checkInstance(world, group, id);
    else if (!isIPv4(id)) throw new AwsError("InvalidTarget", `The IP address '${id}' is not a valid IPv4 address`);
    return { id, port: checkPort(Port) };
  });
}

function checkInstance(world: World, group: TargetGroupRecord, id: string): void {
  const instance = world.ec2.instance(id);
  const refuse = (why: string): AwsError => new AwsError("InvalidTarget", `The following targets ${why}: '${id}'`);
  if (!instance || instance.state === "terminated") throw refuse("are not valid instances");
  if (instance.vpcId !== group.vpcId) throw refuse(`are not in the target group VPC '${group.vpcId}'`);
  if (instance.state !== "running") throw refuse("are not in a running state and cannot be registered");
}
