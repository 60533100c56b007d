import type {
  CreateListenerCommandInput,
  CreateLoadBalancerCommandInput,
  CreateRuleCommandInput,
  CreateTargetGroupCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ResourceIdentity } from "../../ports/identity.ts";
import type {
  HealthCheck,
  ListenerSettings,
  LoadBalancerRequest,
  TargetGroupRequest,
} from "../../ports/load-balancing.ts";
import type { LogPlace } from "../../ports/object-storage.ts";
import { tagList } from "../tags.ts";

// What is asked of AWS, apart from asking, so that `explain` shows the very values.

export function targetGroupRequest(identity: ResourceIdentity, request: TargetGroupRequest) {
  const { protocol = "HTTP" } = request;
  return {
    Name: request.name,
    VpcId: request.vpcId,
    Port: request.port,
    Protocol: protocol,
    ...(protocol === "HTTP" ? { ProtocolVersion: "HTTP1" } : {}),
    TargetType: "instance",
    HealthCheckEnabled: true,
    HealthCheckProtocol: "HTTP",
    HealthCheckPort: "traffic-port",
    ...healthCheckRequest(request.healthCheck),
    Tags: tagList(identity),
  } satisfies CreateTargetGroupCommandInput;
}

export function healthCheckRequest(healthCheck: HealthCheck) {
  return {
    HealthCheckPath: healthCheck.path,
    Matcher: { HttpCode: healthCheck.matcher },
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
  };
}

export const deregistrationDelay = (seconds: number) => ({
  Key: "deregistration_delay.timeout_seconds",
  Value: String(seconds),
});

export const clientAddress = (keeps: boolean) => ({ Key: "preserve_client_ip.enabled", Value: String(keeps) });

/** Off by itself with a network load balancer. */
export const acrossZones = { Key: "load_balancing.cross_zone.enabled", Value: "true" };

export function loadBalancerRequest(identity: ResourceIdentity, request: LoadBalancerRequest) {
  const { kind, subnetIds, allocationIds = [] } = request;
  return {
    Name: request.name,
    Type: kind === "nlb" ? "network" : "application",
    Scheme: "internet-facing",
    IpAddressType: "ipv4",
    ...(kind === "nlb"
      ? { SubnetMappings: subnetIds.map((SubnetId, index) => ({ SubnetId, AllocationId: allocationIds[index] })) }
      : { Subnets: [...subnetIds] }),
    SecurityGroups: [...request.groupIds],
    Tags: tagList(identity),
  } satisfies CreateLoadBalancerCommandInput;
}

export function listenerRequest(identity: ResourceIdentity, loadBalancerArn: string, settings: ListenerSettings) {
  return {
    LoadBalancerArn: loadBalancerArn,
    Port: settings.port,
    ...listenerSettings(settings),
    Tags: tagList(identity),
  } satisfies CreateListenerCommandInput;
}

export const detourPriority = 1;

export function detourRequest(identity: ResourceIdentity, listenerArn: string, url: string) {
  const { protocol, hostname, port, pathname } = new URL(url);
  return {
    ListenerArn: listenerArn,
    Priority: detourPriority,
    Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["*"] } }],
    Actions: [
      {
        Type: "redirect",
        RedirectConfig: {
          Protocol: protocol.replace(":", "").toUpperCase(),
          Host: hostname,
          Port: port === "" ? "80" : port,
          Path: pathname,
          Query: "",
          StatusCode: "HTTP_302",
        },
      },
    ],
    Tags: tagList(identity),
  } satisfies CreateRuleCommandInput;
}

export function accessLogAttributes(place: LogPlace | undefined) {
  if (!place) return [{ Key: "access_logs.s3.enabled", Value: "false" }];
  return [
    { Key: "access_logs.s3.enabled", Value: "true" },
    { Key: "access_logs.s3.bucket", Value: place.bucket },
    { Key: "access_logs.s3.prefix", Value: place.prefix },
  ];
}

/** Protocol, certificate and action; the same for a new listener and for one that is changed. */
export function listenerSettings(settings: ListenerSettings) {
  const action =
    "redirect" in settings
      ? {
          Type: "redirect" as const,
          // What is not named here stays as it was asked for: host, path and query.
          RedirectConfig: {
            Protocol: "HTTPS",
            Port: String(settings.redirect.toPort),
            StatusCode: `HTTP_${settings.redirect.status}` as const,
          },
        }
      : { Type: "forward" as const, TargetGroupArn: settings.targetGroupArn };
  return {
    Protocol: settings.protocol,
    ...(settings.protocol === "HTTPS" || settings.protocol === "TLS"
      ? { Certificates: [{ CertificateArn: settings.certificateArn }], SslPolicy: settings.sslPolicy }
      : {}),
    DefaultActions: [action],
  };
}
