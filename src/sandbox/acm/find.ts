import type { World } from "../world.ts";
import { invalid, notFound } from "./errors.ts";
import type { CertificateRecord } from "./store.ts";

/** One certificate by its ARN, which must look like one. */
export function getCertificate({ acm }: World, arn: string | undefined): CertificateRecord {
  if (!arn || !/^arn:aws(-[a-z]+)*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/.test(arn)) {
    throw invalid(`${arn ?? ""} is not a valid certificate ARN.`);
  }
  const found = findCertificate({ acm }, arn);
  if (!found) throw notFound(arn);
  return found;
}

export function findCertificate({ acm }: Pick<World, "acm">, arn: string): CertificateRecord | undefined {
  return Object.hasOwn(acm.data.certificates, arn) ? acm.data.certificates[arn] : undefined;
}
