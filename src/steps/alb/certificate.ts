import { Lecture05Error } from "../../errors.ts";
import { inWords } from "../../observed.ts";
import type { Certificate } from "../../ports/certificates.ts";
import type { LocalizedText } from "../../text.ts";
import type { StepContext } from "../step.ts";

type Context = Pick<StepContext, "settings" | "ports" | "clock" | "region">;

/** The certificate that HTTPS is to have; undefined: none is wanted. Throws CERTIFICATE_UNUSABLE where it would not work. */
export async function findCertificate({ settings, ports, clock, region }: Context): Promise<Certificate | undefined> {
  const { certificateArn } = settings;
  if (certificateArn === undefined) return undefined;
  const certificate = await ports.certificates.find(certificateArn);
  const wrong = whyUnusable(certificate, region, clock.now());
  if (wrong) throw unusable(certificateArn, wrong);
  return certificate;
}

export interface Unusable {
  readonly why: LocalizedText;
  readonly next: readonly (string | LocalizedText)[];
}

/** Keys that an Application Load Balancer takes ("SSL certificates for your Application Load Balancer"). */
const usableKeys = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

/** What keeps a load balancer from serving it. Pure. */
export function whyUnusable(certificate: Certificate | undefined, region: string, now: Date): Unusable | undefined {
  if (!certificate) {
    return {
      why: {
        en: `There is none of this ARN in this account and region (${region})`,
        ja: `このアカウントとリージョン (${region}) に存在しません`,
      },
      next: [`aws acm list-certificates --region ${region} --includes keyTypes=RSA_2048,EC_prime256v1,EC_secp384r1`],
    };
  }
  const { status, notAfter, keyAlgorithm, arn } = certificate;
  if (status === "PENDING_VALIDATION") return pending(certificate);
  if (status === "EXPIRED" || (notAfter !== undefined && new Date(notAfter) <= now)) {
    return {
      why: { en: `It expired at ${notAfter ?? "?"}`, ja: `有効期限切れです (${notAfter ?? "?"})` },
      next: [
        {
          en: "Have it renewed, or import a new one under the same ARN",
          ja: "更新するか、同じ ARN で新しい証明書をインポートしてください",
        },
        describeCommand(arn),
      ],
    };
  }
  if (status !== "ISSUED") {
    const reason = inWords(certificate.failureReason ?? "no reason given");
    return {
      why: {
        en: `Its status is ${status} (${reason.en})`,
        ja: `状態が ${status} です (${reason.ja})`,
      },
      next: [describeCommand(arn)],
    };
  }
  if (usableKeys.includes(keyAlgorithm)) return undefined;
  return {
    why: {
      en: `Its key is ${keyAlgorithm}; a load balancer takes ${usableKeys.join(", ")}`,
      ja: `鍵の種類が ${keyAlgorithm} です。ロードバランサーで使えるのは ${usableKeys.join("、")} です`,
    },
    next: [`aws acm request-certificate --region ${region} --validation-method DNS --domain-name DOMAIN`],
  };
}

function pending({ pendingRecords, arn }: Certificate): Unusable {
  return {
    why: {
      en: "It has not been issued: ACM waits for the proof of the domain (PENDING_VALIDATION)",
      ja: "まだ発行されていません。ドメインの検証待ちです (PENDING_VALIDATION)",
    },
    next:
      pendingRecords.length > 0
        ? pendingRecords.map(({ name, type, value }) => ({
            en: `Make this DNS record: ${name} ${type} ${value}`,
            ja: `この DNS レコードを作成: ${name} ${type} ${value}`,
          }))
        : [describeCommand(arn)],
  };
}

export const unusable = (arn: string, { why, next }: Unusable): Lecture05Error =>
  new Lecture05Error("CERTIFICATE_UNUSABLE", {
    what: { en: `The certificate ${arn} cannot be used`, ja: `証明書 ${arn} は使用できません` },
    why,
    next: [...next, "lecture05 up --certificate ARN"],
  });

/** The region is part of the ARN. */
const describeCommand = (arn: string): string =>
  `aws acm describe-certificate --region ${arn.split(":")[3]} --certificate-arn ${arn}`;
