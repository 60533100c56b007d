import type { Blocker } from "../../ports/blocker.ts";
import type { DestroyOutcome, StepContext } from "../step.ts";
import { tearDown, type Removal } from "../tear-down.ts";

/** Load balancers with their listeners first, because a target group in use cannot go. Found by the stack's tag. */
export async function destroyAlb(ctx: StepContext): Promise<DestroyOutcome> {
  const { loadBalancing } = ctx.ports;
  const { loadBalancers, targetGroups } = await loadBalancing.findAllOf(ctx.stack);
  const listeners = await Promise.all(loadBalancers.map(({ arn }) => loadBalancing.findListeners(arn)));
  return tearDown(ctx, [
    ...listeners.flat().map(({ arn }): Removal => ({
      type: "elbv2:listener",
      id: arn,
      remove: () => loadBalancing.deleteListener(arn),
    })),
    ...loadBalancers.map(({ arn }): Removal => ({
      type: "elbv2:load-balancer",
      id: arn,
      remove: () => loadBalancing.deleteLoadBalancer(arn),
    })),
    ...targetGroups.map(({ arn }): Removal => ({
      type: "elbv2:target-group",
      id: arn,
      remove: () => loadBalancing.deleteTargetGroup(arn),
      blockers: () => usersOf(ctx, arn),
    })),
  ]);
}

async function usersOf({ stack, ports }: StepContext, targetGroupArn: string): Promise<Blocker[]> {
  const { loadBalancers, targetGroups } = await ports.loadBalancing.findAllOf(stack);
  const users = targetGroups.find(({ arn }) => arn === targetGroupArn)?.loadBalancerArns ?? [];
  return users.map((arn) => ({
    type: "elbv2:load-balancer",
    id: arn,
    description: arn.split(":loadbalancer/")[1] ?? "",
    ...(loadBalancers.some((ours) => ours.arn === arn) ? { stack } : {}),
  }));
}
