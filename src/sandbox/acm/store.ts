import { join } from "node:path";
import { JsonStore, type Persistence } from "../json-store.ts";

export interface CertificateRecord {
  readonly arn: string;
  readonly type: "IMPORTED" | "AMAZON_ISSUED";
  /** "PENDING_VALIDATION" has no certificate yet. Expiry is told by the date. */
  status: "ISSUED" | "PENDING_VALIDATION";
  domainName: string;
  names: string[];
  /** As the API spells it: "RSA_2048". */
  keyAlgorithm: string;
  readonly createdAt: string;
  /** Issued or, for one that was imported, imported last. */
  issuedAt?: string | undefined;
  certificate?: string | undefined;
  chain?: string | undefined;
  privateKey?: string | undefined;
  readonly idempotencyToken?: string | undefined;
  readonly validationMethod: "DNS" | "EMAIL";
}

export interface AcmData {
  /** By ARN. The file holds private keys; as all of the sandbox's files it is for its owner only (0600). */
  certificates: Record<string, CertificateRecord>;
  tags: Record<string, Record<string, string>>;
  /** The sandbox's own authority, made with the first certificate that it issues. */
  authority: Record<string, string>;
}

export interface AcmStore extends Persistence {
  readonly data: AcmData;
}

export function createAcmStore(home: string): AcmStore {
  const store = new JsonStore<AcmData>(join(home, "acm.json"), { certificates: {}, tags: {}, authority: {} });
  return { data: store.data, ...store.persistence };
}
