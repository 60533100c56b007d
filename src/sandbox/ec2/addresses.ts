import { applianceAddressOf, contains, formatAddress, gatewayOf, parseRange } from "../docker/addresses.ts";
import { AwsError } from "../wire/action.ts";
import { invalidValue } from "./errors.ts";
import type { Ec2Data, SubnetRecord } from "./records.ts";

/** Addresses are given out from .10, so that they are easy to tell from what EC2 itself reserves (.0 to .3). */
const firstHost = 10;
const reservedByEc2 = 4;

/** A free address of a subnet: from .10 upwards, then what is left below. */
export function allocateAddress(data: Ec2Data, subnet: SubnetRecord): string {
  const { first, last } = parseRange(subnet.cidr);
  const taken = takenAddresses(data, subnet);
  for (let address = first + firstHost; address < last; address += 1) {
    if (!taken.has(formatAddress(address))) return formatAddress(address);
  }
  for (let address = first + reservedByEc2; address < Math.min(first + firstHost, last); address += 1) {
    if (!taken.has(formatAddress(address))) return formatAddress(address);
  }
  throw new AwsError(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}

/** Checks an address that was asked for. */
export function claimAddress(data: Ec2Data, subnet: SubnetRecord, wanted: string): string {
  const range = parseRange(subnet.cidr);
  const address = parseAddress(wanted);
  if (!contains(range, address)) {
    throw invalidValue(`Address ${wanted} does not fall within the subnet's address range`);
  }
  if (address.first < range.first + reservedByEc2 || address.first === range.last || isOurs(data, subnet, wanted)) {
    throw invalidValue(`Address ${wanted} is in subnet's reserved address range`);
  }
  if (takenAddresses(data, subnet).has(wanted)) {
    throw new AwsError("InvalidIPAddress.InUse", `Address ${wanted} is in use.`);
  }
  return wanted;
}

/** As AWS counts: five addresses of each subnet are its own. */
export function availableAddresses(data: Ec2Data, subnet: SubnetRecord): number {
  const { prefix } = parseRange(subnet.cidr);
  const used = Object.values(data.networkInterfaces).filter(({ subnetId }) => subnetId === subnet.id).length;
  return 2 ** (32 - prefix) - reservedByEc2 - 1 - used;
}

function takenAddresses(data: Ec2Data, subnet: SubnetRecord): Set<string> {
  const used = Object.values(data.networkInterfaces).filter(({ vpcId }) => vpcId === subnet.vpcId);
  return new Set([...used.map(({ privateIp }) => privateIp), ...machineAddresses(data, subnet)]);
}

function isOurs(data: Ec2Data, subnet: SubnetRecord, address: string): boolean {
  return machineAddresses(data, subnet).includes(address);
}

/** The end of the VPC's range belongs to Docker's gateway and to the endpoint appliance. */
function machineAddresses(data: Ec2Data, { vpcId }: SubnetRecord): string[] {
  const cidr = data.vpcs[vpcId]?.cidr;
  return cidr === undefined ? [] : [gatewayOf(cidr), applianceAddressOf(cidr)];
}

function parseAddress(text: string): ReturnType<typeof parseRange> {
  try {
    if (!text.includes("/")) return parseRange(text);
  } catch {
    // Answered below.
  }
  throw invalidValue(`Value (${text}) for parameter privateIpAddress is invalid. Invalid IPv4 address.`);
}
