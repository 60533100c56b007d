import type { DeleteResult, ResourceIdentity } from "./identity.ts";
import type { LogPlace } from "./object-storage.ts";

/** Application load balancers read requests; network load balancers hand bytes on. */
export type LoadBalancerKind = "alb" | "nlb";

export interface LoadBalancer {
  readonly arn: string;
  /** Undefined for one of another kind, which none of ours is. */
  readonly kind: LoadBalancerKind | undefined;
  readonly name: string;
  readonly dnsName: string;
  readonly state: string;
  readonly vpcId: string;
  readonly groupIds: readonly string[];
  readonly subnetIds: readonly string[];
  /** Its Elastic IPs, by subnet; only a network load balancer has some. */
  readonly addresses: readonly LoadBalancerAddress[];
}

export interface LoadBalancerAddress {
  readonly subnetId: string;
  readonly allocationId: string;
  readonly publicIp: string;
}

export interface LoadBalancerRequest {
  readonly name: string;
  /** Absent: "alb". */
  readonly kind?: LoadBalancerKind;
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  /** Of a network load balancer: the Elastic IP of each subnet, in their order. */
  readonly allocationIds?: readonly string[];
}

export interface TargetGroupRequest {
  readonly name: string;
  readonly vpcId: string;
  readonly port: number;
  /** TCP behind a network load balancer; the health check is HTTP all the same. Absent: HTTP. */
  readonly protocol?: "HTTP" | "TCP";
  readonly healthCheck: HealthCheck;
}

export interface HealthCheck {
  readonly path: string;
  /** ELB's Matcher, e.g. "200". */
  readonly matcher: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly vpcId: string;
  readonly healthCheck: HealthCheck;
  readonly loadBalancerArns: readonly string[];
}

/** What a listener does with all requests, and with which protocol it takes them. */
export type ListenerSettings = { readonly port: number } & (
  | { readonly protocol: "HTTP"; readonly redirect: HttpsRedirect }
  | { readonly protocol: "HTTP" | "TCP"; readonly targetGroupArn: string }
  | {
      readonly protocol: "HTTPS" | "TLS";
      readonly certificateArn: string;
      readonly sslPolicy: string;
      readonly targetGroupArn: string;
    }
);

/** To the same host, path and query on this port, by https. */
export interface HttpsRedirect {
  readonly toPort: number;
  readonly status: 301;
}

/** As it is described; what it does that none of ours would do is left out. */
export interface Listener {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetGroupArn?: string;
  readonly redirect?: HttpsRedirect;
  readonly certificateArn?: string;
  readonly sslPolicy?: string;
}

/** A listener's rule that sends every visitor elsewhere for the time being, whatever page was asked for. */
export interface Detour {
  readonly arn: string;
  /** Where to, with "/" at the end. */
  readonly url: string;
}

export interface TargetHealth {
  readonly instanceId: string;
  readonly port: number;
  /** initial, healthy, unhealthy, unused, draining, unavailable */
  readonly state: string;
  /** AWS's reason code, e.g. Target.ResponseCodeMismatch; absent when healthy. */
  readonly reason?: string;
  readonly description?: string;
}

/** Elastic Load Balancing v2. Names are unique per account and region; `find…` returns only what carries the stack's tag. */
export interface LoadBalancing {
  findLoadBalancer(stack: string, name: string): Promise<LoadBalancer | undefined>;
  /** Everything that carries the stack's tag, whatever its name; another's of the same name is none of it. */
  findAllOf(stack: string): Promise<{ loadBalancers: LoadBalancer[]; targetGroups: TargetGroup[] }>;
  createLoadBalancer(identity: ResourceIdentity, request: LoadBalancerRequest): Promise<LoadBalancer>;
  /** Each zone's part sends to the targets of all zones. An application load balancer's does so by itself. */
  balanceAcrossZones(arn: string): Promise<void>;
  waitUntilActive(arn: string, timeoutMs: number): Promise<LoadBalancer>;
  /** Where its access logs go; undefined when it writes none, or when it is gone. */
  findAccessLog(arn: string): Promise<LogPlace | undefined>;
  /**
   * Undefined switches it off. Load balancing tries the bucket there and then, and a policy just put may be news to it:
   * waits so long for it to be let in.
   */
  setAccessLog(arn: string, place: LogPlace | undefined, timeoutMs: number): Promise<void>;
  /** Returns when the load balancer is no longer described. */
  deleteLoadBalancer(arn: string): Promise<DeleteResult>;

  findTargetGroup(stack: string, name: string): Promise<TargetGroup | undefined>;
  createTargetGroup(identity: ResourceIdentity, request: TargetGroupRequest): Promise<TargetGroup>;
  updateHealthCheck(targetGroupArn: string, healthCheck: HealthCheck): Promise<void>;
  setDeregistrationDelay(targetGroupArn: string, seconds: number): Promise<void>;
  /** Of TCP: whether targets see the visitor's address as the source, or the load balancer's own. */
  keepClientAddress(targetGroupArn: string, keeps: boolean): Promise<void>;
  deleteTargetGroup(arn: string): Promise<DeleteResult>;

  findListeners(loadBalancerArn: string): Promise<Listener[]>;
  createListener(
    identity: ResourceIdentity,
    loadBalancerArn: string,
    settings: ListenerSettings,
  ): Promise<{ readonly arn: string }>;
  /** Changes one in place; requests under way are not disturbed. */
  updateListener(arn: string, settings: ListenerSettings): Promise<void>;
  deleteListener(arn: string): Promise<DeleteResult>;

  /** The stack's own; undefined when there is none, or when the listener is gone. */
  findDetour(stack: string, listenerArn: string): Promise<Detour | undefined>;
  /**
   * The first of the listener's rules; throws NAME_TAKEN when that is somebody else's. Answers 302, so that no browser
   * keeps it.
   */
  createDetour(identity: ResourceIdentity, listenerArn: string, url: string): Promise<Detour>;
  deleteDetour(arn: string): Promise<DeleteResult>;

  registerTarget(targetGroupArn: string, instanceId: string, port: number): Promise<void>;
  deregisterTarget(targetGroupArn: string, instanceId: string, port: number): Promise<void>;
  targetHealth(targetGroupArn: string): Promise<TargetHealth[]>;
}

/** Whether a listener is as it is wanted. */
export function isListener(present: Listener, wanted: ListenerSettings): boolean {
  const { arn: _, ...seen } = present;
  return JSON.stringify(sorted(seen)) === JSON.stringify(sorted(wanted));
}

const sorted = (settings: object): [string, unknown][] =>
  Object.entries(settings).sort(([one], [other]) => one.localeCompare(other));
