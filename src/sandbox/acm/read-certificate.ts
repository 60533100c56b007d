import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { invalid } from "./errors.ts";

export interface ReadCertificate {
  readonly domainName: string;
  readonly names: string[];
  readonly keyAlgorithm: string;
}

/** Checks what somebody wants to import, as ACM does. */
export function readCertificate(pem: string, privateKeyPem: string, now: Date): ReadCertificate {
  const certificate = parse(pem);
  const privateKey = parseKey(privateKeyPem);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw invalid("The private key does not match the public key of the certificate.");
  }
  if (new Date(certificate.validTo) <= now) throw invalid("The certificate has expired.");
  if (new Date(certificate.validFrom) > now) throw invalid("The certificate is not valid yet.");
  const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  const names = (certificate.subjectAltName ?? "")
    .split(", ")
    .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? []);
  return {
    domainName: commonName ?? names[0] ?? "",
    names: [...new Set([...(commonName === undefined ? [] : [commonName]), ...names])],
    keyAlgorithm: algorithmOf(privateKey),
  };
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid("The certificate field contains more than one certificate, or none that is PEM-encoded.");
  }
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw invalid("The private key is not supported: it must be PEM-encoded, without a passphrase.");
  }
}

const curves: Readonly<Record<string, string>> = {
  prime256v1: "EC_prime256v1",
  secp384r1: "EC_secp384r1",
  secp521r1: "EC_secp521r1",
};
const rsaSizes = [1024, 2048, 3072, 4096];

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): string {
  const curve = curves[details?.namedCurve ?? ""];
  if (asymmetricKeyType === "ec" && curve !== undefined) return curve;
  const size = details?.modulusLength ?? 0;
  if (asymmetricKeyType === "rsa" && rsaSizes.includes(size)) return `RSA_${size}`;
  throw invalid("The key of the certificate is of a type that ACM does not support.");
}
