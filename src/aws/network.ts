import type { Network } from "../ports/network.ts";
import type { Clients } from "./clients.ts";
import { createAcls } from "./network/acls.ts";
import { findBlockers } from "./network/blockers.ts";
import { callerAddress } from "./network/caller-address.ts";
import { createElasticIps } from "./network/elastic-ips.ts";
import { createGateways } from "./network/gateways.ts";
import { createGroups } from "./network/groups.ts";
import { createSubnetLook } from "./network/look-at-subnets.ts";
import { createRouteTables } from "./network/route-tables.ts";
import { createSubnets } from "./network/subnets.ts";
import { createVpcs } from "./network/vpcs.ts";
import type { AdapterOptions } from "./wait.ts";

/** The network port over EC2, put together from one part per kind of resource. */
export function createNetwork(clients: Clients, options: AdapterOptions): Network {
  return {
    callerAddress: () => callerAddress(options.callerAddressUrl),
    ...createVpcs(clients, options),
    ...createSubnets(clients, options),
    ...createSubnetLook(clients),
    ...createGateways(clients, options),
    ...createRouteTables(clients),
    ...createAcls(clients),
    ...createGroups(clients, options),
    ...createElasticIps(clients),
    findBlockers: (blocked) => findBlockers(clients, blocked),
  };
}
