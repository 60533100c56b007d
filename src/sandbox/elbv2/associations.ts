import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { World } from "../world.ts";
import { listenersOf, rulesOf, type LoadBalancerRecord, type TargetGroupRecord } from "./store.ts";

/** The load balancers that send requests to a target group. */
export function usersOf(world: World, targetGroupArn: string): LoadBalancerRecord[] {
  const { elbv2 } = world;
  return Object.values(elbv2.data.loadBalancers).filter(({ arn }) =>
    listenersOf(elbv2, arn).some((listener) =>
      [listener.defaultActions, ...rulesOf(elbv2, listener.arn).map(({ actions }) => actions)].some((actions) =>
        targetGroupArnsOf(actions).includes(targetGroupArn),
      ),
    ),
  );
}

/** The target groups that actions name, also those of weight 0. */
export function targetGroupArnsOf(actions: readonly Action[]): string[] {
  return actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    ...(TargetGroupArn ? [TargetGroupArn] : []),
    ...(ForwardConfig?.TargetGroups ?? []).flatMap(({ TargetGroupArn: arn }) => arn ?? []),
  ]);
}

/** True while a listener or a rule names it. */
export function isUsed(world: World, targetGroupArn: string): boolean {
  return usersOf(world, targetGroupArn).length > 0;
}

/** The target groups to which a load balancer sends requests. */
export function groupsOf(world: World, loadBalancerArn: string): TargetGroupRecord[] {
  return Object.values(world.elbv2.data.targetGroups).filter((group) =>
    usersOf(world, group.arn).some(({ arn }) => arn === loadBalancerArn),
  );
}
