import type { IngressRule } from "../../ports/network.ts";

// The picture that the lecture asks for: two Availability Zones, in each a public and a private subnet.

export const defaultInstanceType = "t3.small";

export const firstRange = 5;
export const lastRange = 250;

/** 10.5.0.0/16, then 10.6.0.0/16 …: the first that overlaps no range in use. Later ones are tried when AWS refuses one. */
export function freeRanges(used: readonly string[]): string[] {
  const ranges: string[] = [];
  for (let second = firstRange; second <= lastRange; second++) {
    const range = `10.${second}.0.0/16`;
    if (!used.some((other) => overlaps(range, other))) ranges.push(range);
  }
  return ranges;
}

/** The destination of a default route. */
export const everywhere = "0.0.0.0/0";

export interface SubnetPlan {
  readonly name: string;
  readonly cidr: string;
  readonly availabilityZone: string;
  readonly public: boolean;
}

/** public-a, public-c, private-a, private-c inside a /16. */
export function subnetsOf(vpcCidr: string, zones: readonly string[]): SubnetPlan[] {
  const [first = "10", second = "5"] = vpcCidr.split(".");
  return [true, false].flatMap((isPublic) =>
    zones.map((availabilityZone, index) => ({
      name: `${isPublic ? "public" : "private"}-${availabilityZone.slice(-1)}`,
      cidr: `${first}.${second}.${(isPublic ? 1 : 11) + index}.0/24`,
      availabilityZone,
      public: isPublic,
    })),
  );
}

/** The lecture's zones are a and c (new accounts in Tokyo have no b); elsewhere the first two. */
export function chooseZones(available: readonly string[]): string[] {
  const preferred = available.filter((zone) => zone.endsWith("a") || zone.endsWith("c"));
  return (preferred.length >= 2 ? preferred : available).slice(0, 2);
}

export function overlaps(one: string, other: string): boolean {
  const a = parseCidr(one);
  const b = parseCidr(other);
  const bits = Math.min(a.bits, b.bits);
  const mask = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  return (a.address & mask) >>> 0 === (b.address & mask) >>> 0;
}

function parseCidr(cidr: string): { address: number; bits: number } {
  const [address = "", bits = "32"] = cidr.split("/");
  return { address: address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0), bits: Number(bits) };
}

export const sameRule = (a: IngressRule, b: IngressRule): boolean => ruleKey(a) === ruleKey(b);

/** "tcp 80 from sg-0a1b", as checks show it. */
export function ruleKey(rule: IngressRule): string {
  const source = "cidr" in rule.source ? rule.source.cidr : rule.source.groupId;
  const ports = rule.fromPort === rule.toPort ? String(rule.fromPort) : `${rule.fromPort}-${rule.toPort}`;
  return `${rule.protocol} ${ports} from ${source}`;
}
