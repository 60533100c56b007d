import type { LocalizedText } from "../../text.ts";

/** The first name of a certificate that is a host's; for "*.example.com" it is "www.example.com". */
export function hostNameOf(names: readonly string[]): string {
  return names.find((name) => !name.startsWith("*.")) ?? (names[0] ?? "").replace("*", "www");
}

/** The record that makes a name lead to the load balancer. */
export function dnsRecord(name: string, dnsName: string): LocalizedText {
  return {
    en: `In the domain's DNS: ${name} CNAME ${dnsName} (Route 53, and for a bare domain: an alias A record)`,
    ja: `ドメインの DNS に作成: ${name} CNAME ${dnsName} (Route 53 の場合や、ゾーン頂点では A レコードのエイリアス)`,
  };
}
