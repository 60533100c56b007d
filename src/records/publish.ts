import type { State } from "../state/schema.ts";
import { redact } from "./redact.ts";

/**
 * Takes out of a text what should not be published with a hand-in: account ids (also inside of ARNs), public addresses,
 * the random parts of bucket names and load balancer names, e-mail addresses, home directories; and secrets, always.
 * What is the same for everybody (private addresses, instance ids, the sandbox's loopback addresses) stays readable.
 */
export function redactForPublication(text: string, own: OwnIdentifiers = {}): string {
  let clean = redact(text);
  if (own.home) clean = clean.replaceAll(own.home, "~");
  for (const identifier of own.identifiers ?? []) clean = clean.replaceAll(identifier, "*".repeat(identifier.length));
  for (const [shape, replacement] of shapes) clean = clean.replace(shape, replacement);
  return clean.replace(ipv4, (address) => (isPublicIpv4(address) ? "xxx.xxx.xxx.xxx" : address));
}

/** What is known to identify this very stack and its user: goes wherever it stands, whatever stands around it. */
export interface OwnIdentifiers {
  readonly home?: string | undefined;
  readonly identifiers?: readonly string[];
}

/** Account, and the random part of the bucket's name. What all stacks have (the sandbox's account) tells nothing. */
export function identifiersOf({ account, resources }: Pick<State, "account" | "resources">): string[] {
  const suffixes = resources.flatMap(({ type, id }) =>
    type === "s3:bucket" ? (/-([0-9a-f]{12})$/.exec(id ?? "")?.[1] ?? []) : [],
  );
  return [...(/^0*$/.test(account) ? [] : [account]), ...suffixes];
}

const shapes: readonly (readonly [RegExp, string])[] = [
  // The host part of S3 and bucket names of ours: NAME-REGION-hash.
  [/\b([a-z][a-z0-9-]*-[a-z]{2,3}(?:-[a-z]+){1,2}-\d)-[0-9a-f]{12}\b/g, "$1-************"],
  [/\b([a-z][a-z0-9-]*)-\d{8,12}(\.[a-z0-9-]+\.elb\.amazonaws\.com(?:\.cn)?)/g, "$1-**********$2"],
  [/(?<![\w.-])\d{12}(?![\w-]|\.\d)/g, "************"],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "***@***"],
  [/\b(ec2-)\d{1,3}(?:-\d{1,3}){3}(?=\.)/g, "$1xxx-xxx-xxx-xxx"],
  [/\b[A-Z]:\\+Users\\+[^\\/\s"'<>:]+/g, "~"],
  [/(?<![\w/])\/(?:home|Users)\/[^/\s"'<>:]+/g, "~"],
  [/(?<![\w/])\/root(?=\/|\b)/g, "~"],
  [/\b[23][0-9a-f]{3}(?::[0-9a-f]{0,4}){2,7}\b/gi, "xxxx::xxxx"],
];

const ipv4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g;

function isPublicIpv4(address: string): boolean {
  const [a = 0, b = 0] = address.split(".").map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 172 && b >= 16 && b <= 31) return false;
  if (a === 192 && b === 168) return false;
  return !(a === 169 && b === 254);
}
