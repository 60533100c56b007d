import { randomBytes } from "node:crypto";

/** An id as EC2 makes them, e.g. vpc-0123456789abcdef0. */
export function newId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;
}

/** The hardware address that Docker gives to a container with this IPv4 address. */
export function macOf(privateIp: string): string {
  const octets = privateIp.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  return ["02", "42", ...octets].join(":");
}

/** ip-10-5-1-10 */
export function hostNameOf(privateIp: string): string {
  return `ip-${privateIp.replaceAll(".", "-")}`;
}

export function privateDnsName(privateIp: string, region: string): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `${hostNameOf(privateIp)}.${domain}`;
}
