import { createHash, X509Certificate } from "node:crypto";
import type { CertificateDetail, CertificateStatus, CertificateSummary } from "@aws-sdk/client-acm";
import type { World } from "../world.ts";
import type { CertificateRecord } from "./store.ts";
import { usersOf } from "./users.ts";

/** As ACM tells it: one whose time is over is EXPIRED without anybody doing anything. */
export function statusOf({ now }: Pick<World, "now">, record: CertificateRecord): CertificateStatus {
  if (record.certificate === undefined) return record.status;
  return new Date(new X509Certificate(record.certificate).validTo) <= now() ? "EXPIRED" : record.status;
}

export function certificateOutput(world: World, record: CertificateRecord): CertificateDetail {
  const parsed = record.certificate === undefined ? undefined : new X509Certificate(record.certificate);
  return {
    CertificateArn: record.arn,
    DomainName: record.domainName,
    SubjectAlternativeNames: record.names,
    ...(record.type === "AMAZON_ISSUED"
      ? { DomainValidationOptions: record.names.map((name) => validation(record, name)) }
      : {}),
    ...(parsed
      ? {
          Serial: parsed.serialNumber.toLowerCase().replaceAll(/(..)(?=.)/g, "$1:"),
          Subject: oneLine(parsed.subject),
          Issuer: commonNameOf(parsed.issuer),
          NotBefore: new Date(parsed.validFrom),
          NotAfter: new Date(parsed.validTo),
          SignatureAlgorithm: "SHA256WITHECDSA",
        }
      : {}),
    CreatedAt: new Date(record.createdAt),
    ...timeOf(record),
    Status: statusOf(world, record),
    KeyAlgorithm: keyAlgorithmOf(record),
    InUseBy: usersOf(world, record.arn),
    Type: record.type,
    KeyUsages: parsed ? [{ Name: "DIGITAL_SIGNATURE" }, { Name: "KEY_ENCIPHERMENT" }] : [],
    ExtendedKeyUsages: parsed ? [{ Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" }] : [],
    RenewalEligibility: "INELIGIBLE",
    Options: { CertificateTransparencyLoggingPreference: record.type === "IMPORTED" ? "DISABLED" : "ENABLED" },
  };
}

export function summaryOutput(world: World, record: CertificateRecord): CertificateSummary {
  const { NotBefore, NotAfter } = certificateOutput(world, record);
  return {
    CertificateArn: record.arn,
    DomainName: record.domainName,
    SubjectAlternativeNameSummaries: record.names,
    HasAdditionalSubjectAlternativeNames: false,
    Status: statusOf(world, record),
    Type: record.type,
    KeyAlgorithm: keyAlgorithmOf(record),
    InUse: usersOf(world, record.arn).length > 0,
    RenewalEligibility: "INELIGIBLE",
    NotBefore,
    NotAfter,
    CreatedAt: new Date(record.createdAt),
    ...timeOf(record),
  };
}

const keyAlgorithmOf = ({ keyAlgorithm }: CertificateRecord): CertificateDetail["KeyAlgorithm"] =>
  keyAlgorithm as CertificateDetail["KeyAlgorithm"];

function timeOf({ type, issuedAt }: CertificateRecord): Pick<CertificateDetail, "IssuedAt" | "ImportedAt"> {
  if (issuedAt === undefined) return {};
  return type === "IMPORTED" ? { ImportedAt: new Date(issuedAt) } : { IssuedAt: new Date(issuedAt) };
}

/** The record that proves a domain on AWS; nobody looks it up here. */
function validation({ arn, status, validationMethod }: CertificateRecord, name: string) {
  const digest = (text: string): string =>
    createHash("sha256").update(`${arn} ${name} ${text}`).digest("hex").slice(0, 32);
  const domain = name.replace(/^\*\./, "");
  return {
    DomainName: name,
    ValidationDomain: name,
    ValidationStatus: status === "ISSUED" ? ("SUCCESS" as const) : ("PENDING_VALIDATION" as const),
    ValidationMethod: validationMethod,
    ...(validationMethod === "DNS"
      ? {
          ResourceRecord: {
            Name: `_${digest("name")}.${domain}.`,
            Type: "CNAME" as const,
            Value: `_${digest("value")}.acm-validations.aws.`,
          },
        }
      : {}),
  };
}

const oneLine = (name: string): string => name.split("\n").join(",");

const commonNameOf = (name: string): string => /^CN=(.*)$/m.exec(name)?.[1] ?? oneLine(name);
