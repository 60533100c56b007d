import type { Http, TlsRoute } from "../../ports/http.ts";
import type { Ports } from "../../ports/index.ts";
import type { AlbOutput } from "../alb.ts";
import { hostNameOf } from "./dns.ts";

/**
 * How https requests reach the load balancer, whether or not the page's name leads there in DNS, and that it has to be
 * the certificate asked for which answers. Undefined for plain HTTP.
 */
export async function routeTo(
  { certificates }: Pick<Ports, "certificates">,
  { dnsName, certificate }: Pick<AlbOutput, "dnsName" | "certificate">,
): Promise<TlsRoute | undefined> {
  if (!certificate) return undefined;
  // Asked for each time, because ACM renews certificates by itself.
  const present = await certificates.find(certificate.arn);
  return {
    connectTo: dnsName,
    serverName: hostNameOf(certificate.names),
    fingerprint: present?.fingerprint ?? "none",
  };
}

/** Requests as a visitor makes them who has the page's name lead to the load balancer. */
export function visiting(http: Http, route: TlsRoute | undefined): Http {
  if (!route) return http;
  return { ...http, request: (url, request = {}) => http.request(url, { route, ...request }) };
}

/** A visitor of the application behind the load balancer. */
export async function visitor(ports: Pick<Ports, "certificates" | "http">, output: AlbOutput): Promise<Http> {
  return visiting(ports.http, await routeTo(ports, output));
}
