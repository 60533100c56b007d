// The few parts of DER (X.690) that a certificate is made of. Node reads certificates but cannot write them.

const element = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
};

function lengthOf(sizeBytes: number): Buffer {
  if (sizeBytes < 0x80) return Buffer.from([sizeBytes]);
  const bytes: number[] = [];
  for (let rest = sizeBytes; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...members: readonly Buffer[]): Buffer => element(0x30, ...members);
export const set = (...members: readonly Buffer[]): Buffer => element(0x31, ...members);
export const octets = (content: Buffer): Buffer => element(0x04, content);
export const bits = (content: Buffer, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content);
export const text = (value: string): Buffer => element(0x0c, Buffer.from(value, "utf8"));
export const yes = Buffer.from([0x01, 0x01, 0xff]);

/** `[number]` in ASN.1, holding others (explicit) or bare content (implicit). */
export const tagged = (number: number, content: Buffer): Buffer => element(0xa0 | number, content);
export const implicit = (number: number, content: Buffer): Buffer => element(0x80 | number, content);

/** A whole number of any length that is not negative. */
export function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const significant = bytes.subarray(start);
  const isHigh = ((significant[0] ?? 0) & 0x80) !== 0;
  return element(0x02, isHigh ? Buffer.concat([Buffer.from([0]), significant]) : significant);
}

/** An object identifier such as "2.5.29.17". */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const groups = [first * 40 + second, ...others].map((value) => {
    const digits = [value & 0x7f];
    for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
    return Buffer.from(digits);
  });
  return element(0x06, ...groups);
}

/** RFC 5280: years until 2049 with two digits, later ones with four. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return at.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2), "ascii"))
    : element(0x18, Buffer.from(digits, "ascii"));
}
