import { invalid } from "./errors.ts";

interface Attribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

// Defaults of new load balancers and target groups, as AWS documents them.

const applicationDefaults: Readonly<Record<string, string>> = {
  "access_logs.s3.bucket": "",
  "access_logs.s3.enabled": "false",
  "access_logs.s3.prefix": "",
  "client_keep_alive.seconds": "3600",
  "connection_logs.s3.bucket": "",
  "connection_logs.s3.enabled": "false",
  "connection_logs.s3.prefix": "",
  "deletion_protection.enabled": "false",
  "idle_timeout.timeout_seconds": "60",
  "load_balancing.cross_zone.enabled": "true",
  "routing.http.desync_mitigation_mode": "defensive",
  "routing.http.drop_invalid_header_fields.enabled": "false",
  "routing.http.preserve_host_header.enabled": "false",
  "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
  "routing.http.xff_client_port.enabled": "false",
  "routing.http.xff_header_processing.mode": "append",
  "routing.http2.enabled": "true",
  "waf.fail_open.enabled": "false",
  "zonal_shift.config.enabled": "false",
};

const networkDefaults: Readonly<Record<string, string>> = {
  "access_logs.s3.bucket": "",
  "access_logs.s3.enabled": "false",
  "access_logs.s3.prefix": "",
  "deletion_protection.enabled": "false",
  "dns_record.client_routing_policy": "any_availability_zone",
  "load_balancing.cross_zone.enabled": "false",
  "secondary_ips.auto_assigned.per_subnet": "0",
  "zonal_shift.config.enabled": "false",
};

export const loadBalancerDefaults = { application: applicationDefaults, network: networkDefaults } as const;

const httpGroupDefaults: Readonly<Record<string, string>> = {
  "deregistration_delay.timeout_seconds": "300",
  "load_balancing.algorithm.anomaly_mitigation": "off",
  "load_balancing.algorithm.type": "round_robin",
  "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
  "slow_start.duration_seconds": "0",
  "stickiness.app_cookie.cookie_name": "",
  "stickiness.app_cookie.duration_seconds": "86400",
  "stickiness.enabled": "false",
  "stickiness.lb_cookie.duration_seconds": "86400",
  "stickiness.type": "lb_cookie",
  "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
};

const tcpGroupDefaults: Readonly<Record<string, string>> = {
  "deregistration_delay.connection_termination.enabled": "false",
  "deregistration_delay.timeout_seconds": "300",
  "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
  "proxy_protocol_v2.enabled": "false",
  "stickiness.enabled": "false",
  "stickiness.type": "source_ip",
  "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
  "target_health_state.unhealthy.connection_termination.enabled": "true",
  "target_health_state.unhealthy.draining_interval_seconds": "0",
};

/** A target sees its clients' addresses by itself only where it was registered as an instance. */
export function targetGroupDefaults(protocol: "HTTP" | "TCP", targetType: "instance" | "ip"): Record<string, string> {
  if (protocol === "HTTP") return { ...httpGroupDefaults };
  return { ...tcpGroupDefaults, "preserve_client_ip.enabled": String(targetType === "instance") };
}

const allowed: Readonly<Record<string, RegExp | readonly [number, number]>> = {
  "access_logs.s3.enabled": /^(true|false)$/,
  // ELB adds AWSLogs itself.
  "access_logs.s3.prefix": /^(?!.*AWSLogs)[^/]?(.*[^/])?$/,
  "deletion_protection.enabled": /^(true|false)$/,
  "idle_timeout.timeout_seconds": [1, 4000],
  "load_balancing.cross_zone.enabled": /^(true|false|use_load_balancer_configuration)$/,
  "preserve_client_ip.enabled": /^(true|false)$/,
  // The sandbox does not put a header of its own before the client's bytes.
  "proxy_protocol_v2.enabled": /^false$/,
  "routing.http.xff_header_processing.mode": /^(append|preserve|remove)$/,
  "deregistration_delay.timeout_seconds": [0, 3600],
  "load_balancing.algorithm.type": /^(round_robin|least_outstanding_requests|weighted_random)$/,
  "slow_start.duration_seconds": [0, 900],
  "stickiness.enabled": /^(true|false)$/,
  "stickiness.lb_cookie.duration_seconds": [1, 604_800],
  "stickiness.type": /^(lb_cookie|app_cookie|source_ip)$/,
};

/** Checks all before it changes any. */
export function changeAttributes(
  attributes: Record<string, string>,
  changes: readonly Attribute[] | undefined,
  kind: string,
): void {
  const wanted: [string, string][] = (changes ?? []).map(({ Key = "", Value = "" }) => [Key, Value]);
  for (const [key, value] of wanted) {
    if (!Object.hasOwn(attributes, key)) throw invalid(`${kind} attribute key '${key}' is not recognized`);
    const rule = allowed[key];
    const fits = !rule || (rule instanceof RegExp ? rule.test(value) : isWithin(value, rule));
    if (!fits) throw invalid(`${kind} attribute value '${value}' is not valid for the key '${key}'`);
  }
  for (const [key, value] of wanted) attributes[key] = value;
}

const isWithin = (value: string, [least, most]: readonly [number, number]): boolean =>
  /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;

export const attributeList = (attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

export const secondsOf = (attributes: Readonly<Record<string, string>>, key: string): number =>
  Number(attributes[key] ?? 0);
