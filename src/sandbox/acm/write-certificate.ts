import { createHash, randomBytes, sign, type KeyObject } from "node:crypto";
import { isIPv4 } from "node:net";
import { bits, identifier, implicit, integer, octets, sequence, set, tagged, text, time, yes } from "./der.ts";

export interface CertificateFacts {
  /** The common name. */
  readonly subject: string;
  /** Common name of who signs; its key is `signingKey`. */
  readonly issuer: string;
  /** Of whom the certificate is, and of who signs; the same for an authority's own. */
  readonly publicKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  /** On the curve P-256. */
  readonly signingKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Without names it is an authority's. */
  readonly names?: readonly string[];
}

const ecdsaWithSha256 = sequence(identifier("1.2.840.10045.4.3.2"));

/** An X.509 certificate (RFC 5280) as PEM: a server's, or an authority's. */
export function writeCertificate(facts: CertificateFacts): string {
  const spki = spkiOf(facts.publicKey);
  // The first bit of the serial number is 0 and the first byte not: 16 bytes as they are.
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    nameOf(facts.issuer),
    sequence(time(facts.notBefore), time(facts.notAfter)),
    nameOf(facts.subject),
    spki,
    tagged(3, sequence(...extensionsOf(facts, spki))),
  );
  const signature = sign("sha256", body, facts.signingKey);
  return pem(sequence(body, ecdsaWithSha256, bits(signature)));
}

function extensionsOf({ names, issuerPublicKey }: CertificateFacts, spki: Buffer): Buffer[] {
  const keys = [
    extension("2.5.29.14", octets(keyIdOf(spki))),
    extension("2.5.29.35", sequence(implicit(0, keyIdOf(spkiOf(issuerPublicKey))))),
  ];
  if (!names) {
    return [
      extension("2.5.29.19", sequence(yes), true),
      // keyCertSign and cRLSign.
      extension("2.5.29.15", bits(Buffer.from([0b0000_0110]), 1), true),
      ...keys,
    ];
  }
  return [
    extension("2.5.29.19", sequence(), true),
    // digitalSignature and keyEncipherment.
    extension("2.5.29.15", bits(Buffer.from([0b1010_0000]), 5), true),
    // Server authentication.
    extension("2.5.29.37", sequence(identifier("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", sequence(...names.map(alternativeName))),
    ...keys,
  ];
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(identifier(id), ...(isCritical ? [yes] : []), octets(value));
}

const alternativeName = (name: string): Buffer =>
  isIPv4(name) ? implicit(7, Buffer.from(name.split(".").map(Number))) : implicit(2, Buffer.from(name, "ascii"));

const nameOf = (commonName: string): Buffer => sequence(set(sequence(identifier("2.5.4.3"), text(commonName))));

const spkiOf = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });

const keyIdOf = (spki: Buffer): Buffer => createHash("sha1").update(spki).digest();

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
