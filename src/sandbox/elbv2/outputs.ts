import type { Action, Listener, LoadBalancer, Rule, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { World } from "../world.ts";
import { usersOf } from "./associations.ts";
import {
  typeOf,
  type ListenerRecord,
  type LoadBalancerRecord,
  type RuleRecord,
  type TargetGroupRecord,
} from "./store.ts";

/** ELB's own zones in Tokyo; fixed facts of AWS (https://docs.aws.amazon.com/general/latest/gr/elb.html). */
const hostedZoneIds = { application: "Z14GRHDCWA56QT", network: "Z31USIVHYNEOWT" } as const;

export function loadBalancerOutput(record: LoadBalancerRecord): LoadBalancer {
  const type = typeOf(record);
  return {
    LoadBalancerArn: record.arn,
    LoadBalancerName: record.name,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: hostedZoneIds[type],
    CreatedTime: new Date(record.createdAt),
    Scheme: record.scheme,
    Type: type,
    IpAddressType: "ipv4",
    VpcId: record.vpcId,
    SecurityGroups: record.groupIds,
    AvailabilityZones: record.zones.map(({ zoneName, subnetId, allocationId, publicIp }) => ({
      ZoneName: zoneName,
      SubnetId: subnetId,
      LoadBalancerAddresses: allocationId === undefined ? [] : [{ AllocationId: allocationId, IpAddress: publicIp }],
    })),
    State: { Code: record.state, Reason: record.stateReason },
    ...(type === "network" ? { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "on" } : {}),
  };
}

export function targetGroupOutput(world: World, record: TargetGroupRecord): TargetGroup {
  const { healthCheck } = record;
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: record.protocol,
    ProtocolVersion: record.protocolVersion,
    Port: record.port,
    VpcId: record.vpcId,
    TargetType: record.targetType,
    IpAddressType: "ipv4",
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    ...(healthCheck.protocol === "HTTP"
      ? { HealthCheckPath: healthCheck.path, Matcher: { HttpCode: healthCheck.matcher } }
      : {}),
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    LoadBalancerArns: usersOf(world, record.arn).map(({ arn }) => arn),
  };
}

export function listenerOutput(record: ListenerRecord): Listener {
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancerArn,
    Port: record.port,
    Protocol: record.protocol ?? "HTTP",
    ...(record.certificateArn === undefined
      ? {}
      : { Certificates: [{ CertificateArn: record.certificateArn }], SslPolicy: record.sslPolicy }),
    DefaultActions: record.defaultActions.map(actionOutput),
  };
}

export function ruleOutput(record: RuleRecord): Rule {
  return {
    RuleArn: record.arn,
    Priority: String(record.priority),
    Conditions: record.conditions,
    Actions: record.actions.map(actionOutput),
    IsDefault: false,
  };
}

/** The rule that every listener ends with. */
export function defaultRuleOutput(listener: ListenerRecord): Rule {
  return {
    RuleArn: `${listener.arn.replace(":listener/", ":listener-rule/")}/${listener.arn.slice(-16)}`,
    Priority: "default",
    Conditions: [],
    Actions: listener.defaultActions.map(actionOutput),
    IsDefault: true,
  };
}

/** AWS shows a simple forward in both forms. */
function actionOutput(action: Action): Action {
  if (action.Type !== "forward") return action;
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
  const [only] = groups;
  return {
    ...action,
    ...(groups.length === 1 && only?.TargetGroupArn ? { TargetGroupArn: only.TargetGroupArn } : {}),
    ForwardConfig: {
      TargetGroups: groups.map((group) => Object.assign({ Weight: 1 }, group)),
      TargetGroupStickinessConfig: action.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    },
  };
}
