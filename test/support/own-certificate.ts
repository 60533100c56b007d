import { generateKeyPairSync } from "node:crypto";
import { writeCertificate } from "../../src/sandbox/acm/write-certificate.ts";

export interface OwnCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate that signs itself, as somebody would import it. Times are seconds from now. */
export function ownCertificate(
  names: readonly string[],
  { fromSeconds = -60, untilSeconds = 3600 }: { fromSeconds?: number; untilSeconds?: number } = {},
): OwnCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = names[0] ?? "";
  const certificate = writeCertificate({
    subject,
    issuer: subject,
    publicKey,
    issuerPublicKey: publicKey,
    signingKey: privateKey,
    notBefore: new Date(Date.now() + fromSeconds * 1000),
    notAfter: new Date(Date.now() + untilSeconds * 1000),
    names,
  });
  return { certificate, privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string };
}
