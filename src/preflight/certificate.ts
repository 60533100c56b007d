import type { Certificate } from "../ports/certificates.ts";
import type { Ports } from "../ports/index.ts";
import type { LoadBalancer } from "../ports/load-balancing.ts";
import { whyUnusable } from "../steps/alb/certificate.ts";
import { dnsRecord, hostNameOf } from "../steps/alb/dns.ts";
import type { LocalizedText } from "../text.ts";
import type { PreflightCheck } from "./check.ts";

interface Place {
  readonly account: string;
  readonly region: string;
  readonly now: Date;
  /** The stack's, when it stands already. */
  readonly balancers: readonly LoadBalancer[];
}

/** Whether the load balancer could serve the certificate, and whether its name leads there already. */
export async function checkCertificate(
  ports: Pick<Ports, "certificates" | "http">,
  arn: string,
  { account, region, now, balancers }: Place,
): Promise<PreflightCheck> {
  const name = "certificate";
  const title = { en: "Certificate", ja: "証明書" };
  const owner = arn.split(":")[4] ?? "";
  if (owner !== account) {
    return {
      name,
      title,
      verdict: "failed",
      observed: {
        en: `it belongs to account ${owner}; a load balancer takes those of its own account (${account}) only`,
        ja: `アカウント ${owner} のものです。ロードバランサーで使えるのは同じアカウント (${account}) の証明書だけです`,
      },
      next: [`aws acm list-certificates --region ${region}`],
    };
  }
  const certificate = await ports.certificates.find(arn);
  const wrong = whyUnusable(certificate, region, now);
  if (wrong) return { name, title, verdict: "failed", observed: wrong.why, next: wrong.next };
  const names = certificate?.names ?? [];
  const host = hostNameOf(names);
  const way = await wayTo(ports, host, balancers[0]);
  const until = certificate?.notAfter?.slice(0, 10) ?? "?";
  return {
    name,
    title,
    verdict: "ok",
    observed: {
      en: `${names.join(", ")}, until ${until}${way ? `. ${way.en}` : ""}`,
      ja: `${names.join(", ")} (${until} まで)${way ? `。${way.ja}` : ""}`,
    },
  };
}

/** What is left to do until the name leads to the load balancer; undefined when it does. */
async function wayTo(
  { http }: Pick<Ports, "http">,
  host: Certificate["names"][number],
  balancer: LoadBalancer | undefined,
): Promise<LocalizedText | undefined> {
  if (!balancer) {
    return {
      en: `Once the load balancer is there, ${host} has to lead to it: \`lecture05 status\` shows the DNS record`,
      ja: `ロードバランサーの作成後に ${host} を向ける必要があります (DNS レコードは lecture05 status に表示)`,
    };
  }
  const [there, own] = await Promise.all([http.addresses(host), http.addresses(balancer.dnsName)]);
  if (there.some((address) => own.includes(address))) return undefined;
  return dnsRecord(host, balancer.dnsName);
}
