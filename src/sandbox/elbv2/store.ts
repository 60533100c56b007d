import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Action, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { JsonStore, type Persistence } from "../json-store.ts";
import { KeyedLock } from "../keyed-lock.ts";

export type LoadBalancerType = "application" | "network";

export interface LoadBalancerRecord {
  readonly arn: string;
  /** The last part of its ARN: app/name/0123456789abcdef, or net/… */
  readonly id: string;
  readonly name: string;
  /** Absent: "application". */
  readonly type?: LoadBalancerType | undefined;
  readonly scheme: "internet-facing" | "internal";
  readonly vpcId: string;
  readonly createdAt: string;
  /** Loopback address of this machine on which clients reach it. */
  address: string;
  /** The address; with a port where the machine has no loopback addresses to spare. */
  dnsName: string;
  state: "provisioning" | "active" | "failed";
  stateReason?: string | undefined;
  /** Ports that its container was launched with; absent while there is none. */
  launchedPorts?: number[] | undefined;
  zones: ZoneRecord[];
  groupIds: string[];
  attributes: Record<string, string>;
}

/** The load balancer's foot in one subnet. */
export interface ZoneRecord {
  readonly subnetId: string;
  readonly zoneName: string;
  readonly interfaceId: string;
  readonly privateIp: string;
  /** The Elastic IP through which clients reach it in this zone. */
  readonly allocationId?: string | undefined;
  readonly publicIp?: string | undefined;
}

export type ListenerProtocol = "HTTP" | "HTTPS" | "TCP" | "TLS";

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancerArn: string;
  port: number;
  /** Absent: "HTTP". */
  protocol?: ListenerProtocol | undefined;
  /** HTTPS and TLS only: the default certificate and the security policy. */
  certificateArn?: string | undefined;
  sslPolicy?: string | undefined;
  defaultActions: Action[];
}

/** A rule other than the default one, which is the listener's. */
export interface RuleRecord {
  readonly arn: string;
  readonly listenerArn: string;
  priority: number;
  conditions: RuleCondition[];
  actions: Action[];
}

export interface HealthCheckSettings {
  enabled: boolean;
  /** With TCP a connection is enough: path and matcher have no part in it. */
  protocol: "HTTP" | "TCP";
  /** A number, or "traffic-port". */
  port: string;
  path: string;
  matcher: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
}

export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  readonly registeredAt: string;
  /** True once it has passed a health check. */
  admitted: boolean;
  /** Set while it is being deregistered. */
  drainedAt?: string | undefined;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  readonly protocol: "HTTP" | "TCP";
  /** Of HTTP only. */
  readonly protocolVersion?: "HTTP1" | undefined;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: "instance" | "ip";
  healthCheck: HealthCheckSettings;
  targets: TargetRecord[];
  attributes: Record<string, string>;
}

/** All by ARN. */
export interface Elbv2Data {
  loadBalancers: Record<string, LoadBalancerRecord>;
  listeners: Record<string, ListenerRecord>;
  rules: Record<string, RuleRecord>;
  targetGroups: Record<string, TargetGroupRecord>;
  tags: Record<string, Record<string, string>>;
}

export interface Elbv2Store extends Persistence {
  readonly data: Elbv2Data;
  /** A load balancer's name is given once, also to those who ask at the same time. */
  readonly names: KeyedLock;
  /** Addresses of load balancers that are being made. */
  readonly reservedAddresses: Set<string>;
}

export function createElbv2Store(home: string): Elbv2Store {
  const store = new JsonStore<Elbv2Data>(join(home, "elbv2.json"), {
    loadBalancers: {},
    listeners: {},
    rules: {},
    targetGroups: {},
    tags: {},
  });
  return { data: store.data, ...store.persistence, names: new KeyedLock(), reservedAddresses: new Set() };
}

export const typeOf = ({ type = "application" }: Pick<LoadBalancerRecord, "type">): LoadBalancerType => type;

/** Sixteen hexadecimal digits, as the last part of each of ELB's ARNs. */
export const newSuffix = (): string => randomBytes(8).toString("hex");

export const listenersOf = ({ data }: Elbv2Store, loadBalancerArn: string): ListenerRecord[] =>
  Object.values(data.listeners).filter((listener) => listener.loadBalancerArn === loadBalancerArn);

/** In the order in which they are evaluated. */
export const rulesOf = ({ data }: Elbv2Store, listenerArn: string): RuleRecord[] =>
  Object.values(data.rules)
    .filter((rule) => rule.listenerArn === listenerArn)
    .sort((one, other) => one.priority - other.priority);
