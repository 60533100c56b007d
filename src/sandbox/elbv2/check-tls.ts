import type { Certificate } from "@aws-sdk/client-elastic-load-balancing-v2";
import { findCertificate } from "../acm/find.ts";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { invalid, missing } from "./errors.ts";
import { defaultPolicy, findPolicy } from "./ssl-policies.ts";
import type { ListenerProtocol, ListenerRecord, LoadBalancerType } from "./store.ts";

interface Wanted {
  readonly Protocol?: string | undefined;
  readonly Certificates?: readonly Certificate[] | undefined;
  readonly SslPolicy?: string | undefined;
}

type TlsSettings = Pick<ListenerRecord, "protocol" | "certificateArn" | "sslPolicy">;

const protocols: Readonly<Record<LoadBalancerType, readonly ListenerProtocol[]>> = {
  application: ["HTTP", "HTTPS"],
  network: ["TCP", "TLS"],
};

/** What a listener speaks, after a request; what the request leaves out stays as it is. */
export function checkTls(world: World, type: LoadBalancerType, wanted: Wanted, present: TlsSettings = {}): TlsSettings {
  const asked = wanted.Protocol ?? present.protocol ?? (type === "application" ? "HTTP" : undefined);
  if (asked === undefined) throw missing("protocol");
  const protocol = protocols[type].find((one) => one === asked);
  if (!protocol) throw invalid(`Protocol '${asked}' must be one of '${protocols[type].join(", ")}'`);
  if (protocol === "HTTP" || protocol === "TCP") {
    if (wanted.Certificates?.length) throw invalid(`Certificates cannot be specified for ${protocol} listeners`);
    if (wanted.SslPolicy) throw invalid(`An SSL policy cannot be specified for ${protocol} listeners`);
    return { protocol, certificateArn: undefined, sslPolicy: undefined };
  }
  const certificateArn = wanted.Certificates ? only(wanted.Certificates) : present.certificateArn;
  if (!certificateArn) throw invalid(`A certificate must be specified for ${protocol} listeners`);
  checkCertificate(world, certificateArn);
  const sslPolicy = wanted.SslPolicy ?? present.sslPolicy ?? defaultPolicy;
  if (!findPolicy(sslPolicy)) throw new AwsError("SSLPolicyNotFound", `SSL policy '${sslPolicy}' not found`);
  return { protocol, certificateArn, sslPolicy };
}

function only(certificates: readonly Certificate[]): string | undefined {
  if (certificates.length !== 1) throw invalid("You must specify exactly one certificate");
  return certificates[0]?.CertificateArn;
}

function checkCertificate(world: World, arn: string): void {
  const found = findCertificate(world, arn);
  if (!found) throw new AwsError("CertificateNotFound", `Certificate '${arn}' not found`);
  if (found.certificate !== undefined) return;
  throw new AwsError(
    "UnsupportedCertificate",
    `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size`,
  );
}
