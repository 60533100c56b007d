import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { invalid } from "./errors.ts";
import type { AcmData } from "./store.ts";
import { writeCertificate } from "./write-certificate.ts";

const name = "lecture05 sandbox CA";
const dayMs = 24 * 60 * 60_000;
/** What ACM gave until 2026: 13 months. */
const validDays = 395;
const authorityDays = 3650;

/** Key algorithms that ACM makes keys of, and how Node does. */
const generators: Readonly<Record<string, () => Promise<KeyObject>>> = {
  RSA_2048: () => rsa(2048),
  EC_prime256v1: () => curve("P-256"),
  EC_secp384r1: () => curve("P-384"),
};

const pairOf = promisify(generateKeyPair);
const rsa = async (modulusLength: number): Promise<KeyObject> => (await pairOf("rsa", { modulusLength })).privateKey;
const curve = async (namedCurve: string): Promise<KeyObject> => (await pairOf("ec", { namedCurve })).privateKey;

export interface Issued {
  readonly certificate: string;
  readonly chain: string;
  readonly privateKey: string;
}

/** A new key of a type that ACM issues certificates for; throws for any other. */
export async function newKey(algorithm: string): Promise<KeyObject> {
  const generate = Object.hasOwn(generators, algorithm) ? generators[algorithm] : undefined;
  if (generate) return generate();
  throw invalid(`The sandbox cannot issue a certificate with a key of type ${algorithm}.`);
}

/** A certificate of the sandbox's own authority for these names. Without a wait in it, so that the caller's save covers all. */
export function issue(data: AcmData, names: readonly string[], privateKey: KeyObject, now: Date): Issued {
  const authority = authorityOf(data, now);
  const signingKey = createPrivateKey(authority.privateKey);
  const certificate = writeCertificate({
    subject: names[0] ?? "",
    issuer: name,
    publicKey: createPublicKey(privateKey),
    issuerPublicKey: createPublicKey(signingKey),
    signingKey,
    ...validity(now, validDays),
    names,
  });
  return { certificate, chain: authority.certificate, privateKey: pemOf(privateKey) };
}

function authorityOf(data: AcmData, now: Date): { certificate: string; privateKey: string } {
  const { certificate, privateKey } = data.authority;
  if (certificate !== undefined && privateKey !== undefined) return { certificate, privateKey };
  const { privateKey: signingKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const made = {
    certificate: writeCertificate({
      subject: name,
      issuer: name,
      publicKey,
      issuerPublicKey: publicKey,
      signingKey,
      ...validity(now, authorityDays),
    }),
    privateKey: pemOf(signingKey),
  };
  Object.assign(data.authority, made);
  return made;
}

/** From a day before, because clocks differ. */
const validity = (now: Date, days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now.getTime() - dayMs),
  notAfter: new Date(now.getTime() + days * dayMs),
});

const pemOf = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }) as string;
