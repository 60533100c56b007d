/** An IPv4 range as numbers, so that ranges can be compared. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** Parses `10.5.0.0/16`, or a single address as /32. Host bits are dropped, as EC2 does. Throws on anything else. */
export function parseRange(text: string): AddressRange {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  const octets = (match?.slice(1, 5) ?? []).map(Number);
  const prefix = Number(match?.[5] ?? 32);
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || prefix > 32) {
    throw new TypeError(`Not an IPv4 range: ${text}`);
  }
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, prefix };
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function formatRange(range: AddressRange): string {
  return `${formatAddress(range.first)}/${range.prefix}`;
}

export function overlaps(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}

export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Docker's gateway: the last usable address, because EC2 gives out addresses from the start of a subnet. */
export function gatewayOf(cidr: string): string {
  return formatAddress(parseRange(cidr).last - 1);
}

/** The endpoint appliance: the second-last usable address. */
export function applianceAddressOf(cidr: string): string {
  return formatAddress(parseRange(cidr).last - 2);
}

/** The end of the range, from which Docker may take addresses of its own accord: never one that EC2 gives out first. */
export function dockerOwnRange(cidr: string): string {
  const range = parseRange(cidr);
  const prefix = Math.max(range.prefix, 28);
  return formatRange(parseRange(`${formatAddress(range.last)}/${prefix}`));
}

/** The ranges without those that another one covers: nftables refuses a set whose intervals overlap. */
export function withoutCovered(ranges: readonly AddressRange[]): AddressRange[] {
  return ranges.filter(
    (range, index) =>
      !ranges.some(
        (other, otherIndex) =>
          otherIndex !== index && contains(other, range) && (other.prefix < range.prefix || otherIndex < index),
      ),
  );
}
