import { randomInt } from "node:crypto";
import { isFree } from "../free-address.ts";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import type { Ec2Data, ElasticIpRecord, NetworkInterfaceRecord } from "./records.ts";

/**
 * Elastic IPs are loopback addresses of this machine: every program on it can open them, and no other machine can. They
 * are apart from those of load balancers without one (elbv2/addresses.ts), which come and go with them.
 */
const prefix = "127.0.6.";
const first = 10;
const last = 250;
/** AWS's default of "EC2-VPC Elastic IPs". */
const quota = 5;

const reserved = new WeakMap<World, Set<string>>();

/** Finds an address that nobody uses and keeps it from others until `use` is done. */
export async function withNewElasticIp<T>(world: World, use: (publicIp: string) => Promise<T>): Promise<T> {
  const held = reserved.get(world) ?? new Set<string>();
  reserved.set(world, held);
  const { elasticIps } = world.ec2.data;
  const taken = new Set([...Object.values(elasticIps).map(({ publicIp }) => publicIp), ...held]);
  if (taken.size >= quota) {
    throw new AwsError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
  }
  const count = last - first + 1;
  // Another sandbox has its own from the same range, and one that is not in use yet cannot be seen: so not in a row.
  const start = randomInt(count);
  for (let step = 0; step < count; step++) {
    const candidate = `${prefix}${first + ((start + step) % count)}`;
    // Others may have been given out since this one began to look.
    if (held.has(candidate) || Object.values(elasticIps).some(({ publicIp }) => publicIp === candidate)) continue;
    held.add(candidate);
    try {
      if (await isFree(candidate, 80)) return await use(candidate);
    } finally {
      held.delete(candidate);
    }
  }
  throw new AwsError("InsufficientAddressCapacity", "Not enough available addresses to satisfy your request.");
}

/** The interface to which an address leads. */
export const userOf = (data: Ec2Data, { id }: Pick<ElasticIpRecord, "id">): NetworkInterfaceRecord | undefined =>
  Object.values(data.networkInterfaces).find(({ allocationId }) => allocationId === id);
