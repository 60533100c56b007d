import type { Ports } from "../ports/index.ts";
import type { Clock } from "./step.ts";

export interface RestoreContext {
  readonly stack: string;
  readonly ports: Ports;
  readonly clock: Clock;
}

/** Two checks of a target group pass within 10 s; AWS may take longer to say so. */
const timeoutMs = 60_000;
const pollMs = 500;

/** Gives the load balancer time to trust a host again, or all of them, that it has given up. Whether it does is not told. */
export async function untilTrusted({ stack, ports, clock }: RestoreContext, instanceId?: string): Promise<void> {
  const group = await ports.loadBalancing.findTargetGroup(stack, stack);
  if (!group) return;
  const until = clock.now().getTime() + timeoutMs;
  while (clock.now().getTime() < until) {
    const targets = await ports.loadBalancing.targetHealth(group.arn);
    const asked = targets.filter((it) => instanceId === undefined || it.instanceId === instanceId);
    if (!asked.some(({ state }) => state === "unhealthy")) return;
    await clock.sleep(pollMs);
  }
}
