import type { Blocker } from "../../ports/blocker.ts";
import type { DestroyOutcome, StepContext } from "../step.ts";
import { tearDown, type Removal } from "../tear-down.ts";

/** Load balancers with their listeners first, because a target group in use cannot go. Found by the stack's tag. */
export async function destroyAlb(ctx: StepContext): Promise<DestroyOutcome> {
  const { loadBalancing, network } = ctx.ports;
  const [{ loadBalancers, targetGroups }, addresses] = await Promise.all([
    loadBalancing.findAllOf(ctx.stack),
    // Also where the state says nothing of them: they cost money until they are released.
    network.findElasticIps(ctx.stack),
  ]);
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
    ...addresses.map(({ id }): Removal => ({
      type: "ec2:elastic-ip",
      id,
      remove: () => network.releaseElasticIp(id),
      blockers: () => interfaceOf(ctx, id),
      // A load balancer's interfaces outlive it by minutes.
      passes: () => true,
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

async function interfaceOf({ stack, ports }: StepContext, id: string): Promise<Blocker[]> {
  const address = (await ports.network.findElasticIps(stack)).find((candidate) => candidate.id === id);
  const { interfaceId } = address ?? {};
  return interfaceId === undefined ? [] : [{ type: "ec2:network-interface", id: interfaceId, description: "" }];
}
