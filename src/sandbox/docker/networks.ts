import { readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { RangeInUseError } from "../runtime.ts";
import { type AddressRange, dockerOwnRange, formatRange, gatewayOf, overlaps, parseRange } from "./addresses.ts";
import type { DockerContext } from "./context.ts";
import { messageOf, removeContainer, statusOf, unlessDone, unlessMissing } from "./engine.ts";
import { applianceName, labels, networkName } from "./names.ts";

export interface VpcNetwork {
  readonly vpcId: string;
  readonly cidr: string;
}

/** Makes the bridge of a VPC. False when it was there already, from an attempt before. */
export async function createBridge(context: DockerContext, { vpcId, cidr }: VpcNetwork): Promise<boolean> {
  const { docker, sandboxId, desktop } = context;
  const existing = await findBridge(context, vpcId);
  if (existing?.cidr === cidr) return false;
  if (!desktop) await refuseRouted(cidr);
  try {
    await docker.createNetwork({
      Name: networkName(sandboxId, vpcId),
      Driver: "bridge",
      CheckDuplicate: true,
      IPAM: { Driver: "default", Config: [{ Subnet: cidr, Gateway: gatewayOf(cidr), IPRange: dockerOwnRange(cidr) }] },
      Labels: { [labels.sandbox]: sandboxId, [labels.vpc]: vpcId },
    });
    return true;
  } catch (error) {
    // The engine has no code for it: 403 in most versions, 400 or 500 in others.
    if (statusOf(error) === 403 || /overlap|conflicts with network/i.test(messageOf(error))) {
      throw new RangeInUseError(`${cidr} overlaps another network of this machine`, { cause: error });
    }
    throw error;
  }
}

export async function findBridge({ docker, sandboxId }: DockerContext, vpcId: string): Promise<VpcNetwork | undefined> {
  const network = await unlessMissing(inspectNetwork(docker, networkName(sandboxId, vpcId)));
  const cidr = network?.IPAM?.Config?.[0]?.Subnet;
  return cidr ? { vpcId, cidr } : undefined;
}

/** Throws when the VPC has no network: a host cannot be without one. */
export async function getBridge(context: DockerContext, vpcId: string): Promise<VpcNetwork> {
  const network = await findBridge(context, vpcId);
  if (!network) throw new Error(`The network of ${vpcId} is not there`);
  return network;
}

export async function listBridges({ docker, sandboxId }: DockerContext): Promise<VpcNetwork[]> {
  const networks = await docker.listNetworks({ filters: { label: [`${labels.sandbox}=${sandboxId}`] } });
  return networks.flatMap((network) => {
    const vpcId = network.Labels?.[labels.vpc];
    const cidr = network.IPAM?.Config?.[0]?.Subnet;
    return vpcId && cidr ? [{ vpcId, cidr }] : [];
  });
}

export async function removeBridge({ docker, sandboxId }: DockerContext, vpcId: string): Promise<void> {
  await removeContainer(docker.getContainer(applianceName(sandboxId, vpcId)));
  await unlessDone(docker.getNetwork(networkName(sandboxId, vpcId)).remove() as Promise<unknown>);
}

/** Docker knows its own networks only; a VPN or an office network in the same range would be cut off. */
async function refuseRouted(cidr: string): Promise<void> {
  const wanted = parseRange(cidr);
  const table = await readFile("/proc/net/route", "utf8").catch(() => "");
  const taken = parseRoutes(table).find((route) => overlaps(route, wanted));
  if (taken) throw new RangeInUseError(`${cidr} overlaps ${formatRange(taken)}, to which this machine has a route`);
}

/** The destinations in /proc/net/route (little-endian hexadecimal), without the default route. */
export function parseRoutes(table: string): AddressRange[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.split(/\s+/);
      if (!destination || !mask || mask === "00000000") return [];
      const prefix = Number.parseInt(mask, 16).toString(2).replaceAll("0", "").length;
      const octets =
        destination
          .match(/../g)
          ?.reverse()
          .map((octet) => Number.parseInt(octet, 16)) ?? [];
      return [parseRange(`${octets.join(".")}/${prefix}`)];
    });
}

function inspectNetwork(docker: Docker, name: string): Promise<Docker.NetworkInspectInfo> {
  return docker.getNetwork(name).inspect();
}
