import type { World } from "../world.ts";
import { invalid } from "./errors.ts";
import { getListener, getLoadBalancer, getRule, getTargetGroup } from "./find.ts";

/** Throws unless the ARN is that of a resource that is there. */
export function checkResource(world: World, arn: string): void {
  if (arn.includes(":loadbalancer/")) getLoadBalancer(world, arn);
  else if (arn.includes(":targetgroup/")) getTargetGroup(world, arn);
  else if (arn.includes(":listener-rule/")) getRule(world, arn);
  else if (arn.includes(":listener/")) getListener(world, arn);
  else throw invalid(`'${arn}' is not a valid ARN`);
}
