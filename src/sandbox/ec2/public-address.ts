import type { Ec2Data, NetworkInterfaceRecord } from "./records.ts";
import { hasInternetRoute } from "./routing.ts";

/**
 * The "public" address is the private one: on Linux the machine that runs the tool reaches it directly, so that a probe
 * from outside is a real one. A stopped instance has none, as on AWS.
 */
export function publicIpOf(data: Ec2Data, networkInterface: NetworkInterfaceRecord): string | undefined {
  const kept = data.elasticIps[networkInterface.allocationId ?? ""]?.publicIp;
  if (kept !== undefined) return kept;
  if (!networkInterface.associatePublicIp || !hasInternetRoute(data, networkInterface.subnetId)) return undefined;
  const state = data.instances[networkInterface.instanceId ?? ""]?.state;
  const released = state === "stopping" || state === "stopped" || state === "terminated";
  return released ? undefined : networkInterface.privateIp;
}
