import type { LoadBalancing } from "../ports/load-balancing.ts";
import type { Clients } from "./clients.ts";
import { createAccessLog } from "./load-balancing/access-log.ts";
import { createDetours } from "./load-balancing/detours.ts";
import { createListeners } from "./load-balancing/listeners.ts";
import { findAllOf } from "./load-balancing/find-all-of.ts";
import { createLoadBalancers } from "./load-balancing/load-balancers.ts";
import { createTargetGroups } from "./load-balancing/target-groups.ts";
import { createTargets } from "./load-balancing/targets.ts";
import type { AdapterOptions } from "./wait.ts";

/** The load balancing port over Elastic Load Balancing v2. */
export function createLoadBalancing(clients: Pick<Clients, "elbv2">, options: AdapterOptions): LoadBalancing {
  return {
    ...createLoadBalancers(clients, options),
    ...createTargetGroups(clients),
    ...createListeners(clients, options),
    ...createDetours(clients),
    ...createTargets(clients),
    ...createAccessLog(clients, options),
    findAllOf: (stack) => findAllOf(clients, stack),
  };
}
