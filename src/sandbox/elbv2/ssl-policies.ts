import type { SslPolicy } from "@aws-sdk/client-elastic-load-balancing-v2";

/** A security policy: which versions of TLS and which ciphers a listener speaks, in OpenSSL's names. */
export interface TlsPolicy {
  readonly name: string;
  readonly versions: readonly ("TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3")[];
  /** For TLS 1.3, and for those before. */
  readonly suites: readonly string[];
  readonly ciphers: readonly string[];
}

const tls13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
const gcm = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
];
const cbc = [
  "ECDHE-ECDSA-AES128-SHA256",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-ECDSA-AES256-SHA384",
  "ECDHE-RSA-AES256-SHA384",
];
const old = [
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-RSA-AES256-SHA",
  "ECDHE-ECDSA-AES256-SHA",
  "AES128-GCM-SHA256",
  "AES128-SHA256",
  "AES128-SHA",
  "AES256-GCM-SHA384",
  "AES256-SHA256",
  "AES256-SHA",
];

/** What ELB takes when a request over the API names none. */
export const defaultPolicy = "ELBSecurityPolicy-2016-08";

/**
 * Those of AWS's policies that the sandbox knows
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
 */
export const tlsPolicies: readonly TlsPolicy[] = [
  { name: defaultPolicy, versions: ["TLSv1", "TLSv1.1", "TLSv1.2"], suites: [], ciphers: [...gcm, ...cbc, ...old] },
  {
    name: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    versions: ["TLSv1.2", "TLSv1.3"],
    suites: tls13,
    ciphers: [...gcm, ...cbc],
  },
  { name: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", versions: ["TLSv1.2", "TLSv1.3"], suites: tls13, ciphers: gcm },
  { name: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", versions: ["TLSv1.2", "TLSv1.3"], suites: tls13, ciphers: gcm },
  { name: "ELBSecurityPolicy-TLS13-1-3-2021-06", versions: ["TLSv1.3"], suites: tls13, ciphers: [] },
];

export const findPolicy = (name: string): TlsPolicy | undefined => tlsPolicies.find((policy) => policy.name === name);

export function policyOutput({ name, versions, suites, ciphers }: TlsPolicy): SslPolicy {
  return {
    Name: name,
    SslProtocols: [...versions],
    Ciphers: [...suites, ...ciphers].map((cipher, index) => ({ Name: cipher, Priority: index + 1 })),
    SupportedLoadBalancerTypes: ["application", "network"],
  };
}
