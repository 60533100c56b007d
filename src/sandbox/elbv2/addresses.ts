import { setTimeout as sleep } from "node:timers/promises";
import { isFree } from "../free-address.ts";
import type { World } from "../world.ts";

const prefix = "127.0.5.";
const first = 10;
const last = 250;

/**
 * Calls `use` with a loopback address on which nothing listens (docs/decisions/0003). Another sandbox's load balancers
 * have theirs from the same range, so a free one is found by trying. It stays reserved until `use` is done, so two that
 * are made at once do not get the same.
 */
export async function withFreeAddress<T>(world: World, port: number, use: (address: string) => Promise<T>): Promise<T> {
  const { data, reservedAddresses } = world.elbv2;
  for (const candidate of candidates()) {
    // Elsewhere than on Linux the engine chooses the port.
    if (!candidate.startsWith(prefix)) return use(candidate);
    const isTaken = Object.values(data.loadBalancers).some(({ address }) => address === candidate);
    if (isTaken || reservedAddresses.has(candidate)) continue;
    reservedAddresses.add(candidate);
    try {
      if (await isFree(candidate, port)) return await use(candidate);
    } finally {
      reservedAddresses.delete(candidate);
    }
  }
  throw new Error(`every address from ${prefix}${first} to ${prefix}${last} is in use`);
}

/** Only Linux has all of 127.0.0.0/8 without being told. */
function candidates(): string[] {
  if (process.platform !== "linux") return ["127.0.0.1"];
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
}

/** Whether somebody else has it by now. Docker takes a moment to let go of one that it published. */
export async function isTakenByOthers(address: string, port: number): Promise<boolean> {
  if (!address.startsWith(prefix)) return false;
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await isFree(address, port)) return false;
    await sleep(300);
  }
  return true;
}
