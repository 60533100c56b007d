import { type AddressRange, formatRange, parseRange } from "../docker/addresses.ts";
import { invalidValue } from "./errors.ts";

/** Parses a CIDR block as a parameter; a bare address is not one. Host bits are dropped, as EC2 does. */
export function parseCidr(text: string | undefined, parameter: string): AddressRange {
  try {
    if (text?.includes("/")) return parseRange(text);
  } catch {
    // Answered below.
  }
  throw invalidValue(`Value (${text ?? ""}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`);
}

export function canonicalCidr(text: string | undefined, parameter: string): string {
  return formatRange(parseCidr(text, parameter));
}

/** VPCs and subnets are between /16 and /28. */
export function hasNetworkSize({ prefix }: AddressRange): boolean {
  return prefix >= 16 && prefix <= 28;
}
