import { X509Certificate } from "node:crypto";
import type { ACMClient, CertificateDetail } from "@aws-sdk/client-acm";
import type { Certificate, Certificates } from "../ports/certificates.ts";
import type { Clients } from "./clients.ts";
import { isAwsError } from "./translate-error.ts";

/** The certificates port over AWS Certificate Manager. */
export function createCertificates(clients: Pick<Clients, "acm">): Certificates {
  return {
    async find(arn) {
      const { DescribeCertificateCommand } = await import("@aws-sdk/client-acm");
      const client = await clients.acm();
      try {
        const { Certificate: described } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
        if (!described) return undefined;
        return toCertificate(described, await fingerprintOf(client, described));
      } catch (error) {
        if (isAwsError(error, "ResourceNotFoundException")) return undefined;
        throw error;
      }
    },
  };
}

/** DescribeCertificate has none, and serial numbers are the issuer's own. */
async function fingerprintOf(client: ACMClient, { CertificateArn, IssuedAt, ImportedAt }: CertificateDetail) {
  if (!IssuedAt && !ImportedAt) return undefined;
  const { GetCertificateCommand } = await import("@aws-sdk/client-acm");
  const { Certificate: pem } = await client.send(new GetCertificateCommand({ CertificateArn }));
  return pem === undefined ? undefined : new X509Certificate(pem).fingerprint256;
}

function toCertificate(described: CertificateDetail, fingerprint: string | undefined): Certificate {
  const { DomainName, SubjectAlternativeNames, NotBefore, NotAfter, FailureReason } = described;
  const names = [...(DomainName ? [DomainName] : []), ...(SubjectAlternativeNames ?? [])].map((it) => it.toLowerCase());
  return {
    arn: described.CertificateArn ?? "",
    names: [...new Set(names)],
    status: described.Status ?? "unknown",
    // ACM writes RSA_2048 in requests and RSA-2048 in answers.
    keyAlgorithm: (described.KeyAlgorithm ?? "").replace("RSA-", "RSA_"),
    pendingRecords: (described.DomainValidationOptions ?? [])
      .filter(({ ValidationStatus }) => ValidationStatus === "PENDING_VALIDATION")
      .flatMap(({ ResourceRecord: it }) =>
        it ? [{ name: it.Name ?? "", type: it.Type ?? "", value: it.Value ?? "" }] : [],
      ),
    ...(FailureReason ? { failureReason: FailureReason } : {}),
    ...(NotBefore ? { notBefore: NotBefore.toISOString() } : {}),
    ...(NotAfter ? { notAfter: NotAfter.toISOString() } : {}),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}
