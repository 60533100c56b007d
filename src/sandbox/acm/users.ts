import { dataPlaneOf } from "../elbv2/data-plane.ts";
import type { World } from "../world.ts";

/** The load balancers with a listener that uses a certificate. */
export function usersOf({ elbv2 }: World, certificateArn: string): string[] {
  const listeners = Object.values(elbv2.data.listeners);
  const using = listeners.filter((listener) => listener.certificateArn === certificateArn);
  return [...new Set(using.map(({ loadBalancerArn }) => loadBalancerArn))];
}

/** After a certificate was replaced in place: ELB serves the new one by itself. */
export function settleUsers(world: World, certificateArn: string): void {
  for (const arn of usersOf(world, certificateArn)) void dataPlaneOf(world).settle(arn);
}
