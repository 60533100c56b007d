import type { VpcNetwork } from "./networks.ts";

/** Hosts of a VPC that start at once share one attempt at its appliance. */
export function sharedPerVpc(open: (network: VpcNetwork) => Promise<void>): (network: VpcNetwork) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  return (network) => {
    const current = underWay.get(network.vpcId);
    if (current) return current;
    const started = open(network).finally(() => underWay.delete(network.vpcId));
    underWay.set(network.vpcId, started);
    return started;
  };
}

/** The first success is kept; a failure is tried again by the next who asks. */
export function onceItWorks<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
