import { hostNameOf } from "../../steps/alb/dns.ts";
import { httpsPort } from "../../steps/alb/settings.ts";
import { applyStep, automatic, byHand, evidence, printed, type Diagnosis } from "../layer.ts";

const describeCertificate = "aws acm describe-certificate --certificate-arn ARN";

/** What is wrong with HTTPS at the load balancer itself. */
export const certificateFaults: readonly Diagnosis[] = [
  {
    code: "CERTIFICATE_MISSING",
    logLines: ["ResourceNotFoundException: Could not find certificate", "CertificateNotFound"],
    cause: {
      en: "The certificate {arn} is no longer there: it was deleted, and nothing can serve it",
      ja: "証明書 {arn} が存在しません。削除されています",
    },
    fix: printed(byHand("lecture05 up --certificate ARN")),
    find: ({ https }) =>
      https?.certificate === null
        ? {
            evidence: [evidence(describeCertificate, "ResourceNotFoundException")],
            values: { arn: https.certificateArn },
          }
        : undefined,
  },
  {
    code: "CERTIFICATE_EXPIRED",
    logLines: ["curl: (60) SSL certificate problem: certificate has expired", "NET::ERR_CERT_DATE_INVALID"],
    cause: {
      en: "The certificate for {names} expired at {since}: browsers refuse the page",
      ja: "{names} の証明書は {since} に有効期限が切れています。ブラウザーがページを表示しません",
    },
    fix: printed(
      byHand(
        "aws acm import-certificate --certificate-arn {arn} --certificate fileb://CERTIFICATE --private-key fileb://KEY",
      ),
      byHand("lecture05 up --certificate ARN"),
    ),
    find: ({ https }) => {
      const { notAfter, names } = https?.certificate ?? {};
      if (!https || notAfter === undefined || new Date(notAfter) > https.now) return undefined;
      return {
        evidence: [evidence(describeCertificate, `NotAfter ${notAfter}`, notAfter)],
        values: { arn: https.certificateArn, since: notAfter, names: names?.join(", ") ?? "" },
      };
    },
  },
  {
    code: "CERTIFICATE_NAME_WRONG",
    logLines: [
      "curl: (60) SSL: no alternative certificate subject name matches target host name",
      "NET::ERR_CERT_COMMON_NAME_INVALID",
    ],
    cause: {
      en: "The certificate is for {present} and no longer for {wanted}: browsers warn those who come by that name",
      ja: "証明書の名前は {present} で、{wanted} が含まれていません。この名前でアクセスするとブラウザーが警告します",
    },
    fix: printed(
      byHand("aws acm request-certificate --validation-method DNS --domain-name {wanted}"),
      byHand("lecture05 up --certificate ARN"),
    ),
    find: ({ https }) => {
      const { names } = https?.certificate ?? {};
      if (!https || !names || https.recordedNames.length === 0) return undefined;
      const wanted = hostNameOf(https.recordedNames);
      if (names.some((name) => covers(name, wanted))) return undefined;
      const present = names.join(", ");
      return { evidence: [evidence(describeCertificate, `names: ${present}`, present)], values: { present, wanted } };
    },
  },
  {
    code: "LISTENER_CERTIFICATE_WRONG",
    logLines: ["NET::ERR_CERT_COMMON_NAME_INVALID"],
    cause: {
      en: "The listener on port 443 serves another certificate ({present}) than the one asked for",
      ja: "443 番ポートのリスナーの証明書 ({present}) が、指定したものと異なります",
    },
    fix: automatic(applyStep("alb")),
    find: ({ https, listeners }) => {
      const listener = listeners?.find(({ port }) => port === httpsPort);
      if (!https || !listener || listener.certificateArn === https.certificateArn) return undefined;
      const present = listener.certificateArn ?? "none";
      return {
        evidence: [evidence("aws elbv2 describe-listeners", `Certificates ${present}`, present)],
        values: { present },
      };
    },
  },
];

/** A wildcard stands for one label. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));
}
