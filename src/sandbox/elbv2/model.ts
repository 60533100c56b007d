import type { World } from "../world.ts";
import { targetGroupArnsOf } from "./associations.ts";
import { certificateFile } from "./certificates.ts";
import { secondsOf } from "./attributes.ts";
import type { GroupModel } from "./haproxy/backend.ts";
import { haproxyConfiguration, type LoadBalancerModel } from "./haproxy/configuration.ts";
import { forwardsOf, type ListenerModel, type RuleModel } from "./haproxy/frontend.ts";
import { networkConfiguration } from "./haproxy/network.ts";
import { findPolicy } from "./ssl-policies.ts";
import {
  listenersOf,
  rulesOf,
  typeOf,
  type Elbv2Store,
  type ListenerRecord,
  type LoadBalancerRecord,
  type TargetGroupRecord,
  type TargetRecord,
} from "./store.ts";
import { addressOf, instanceOf } from "./vpc-parts.ts";

/** What the container of a load balancer is to run. The same for the same records. */
export function configurationOf(world: World, loadBalancer: LoadBalancerRecord): string {
  const { elbv2 } = world;
  const groups = groupModelsOf(world, loadBalancer);
  if (typeOf(loadBalancer) === "network") {
    const listeners = listenersOf(elbv2, loadBalancer.arn).map(({ port, defaultActions, ...tls }) => ({
      port,
      ...tlsModelOf(world, tls),
      backend: backendName(targetGroupArnsOf(defaultActions)[0] ?? ""),
    }));
    return networkConfiguration({ listeners, groups });
  }
  return haproxyConfiguration({
    idleTimeoutSeconds: secondsOf(loadBalancer.attributes, "idle_timeout.timeout_seconds"),
    forwardedFor: forwardedForOf(loadBalancer),
    backendOf: backendName,
    listeners: listenersOf(elbv2, loadBalancer.arn).map(({ arn, port, defaultActions, ...tls }) => ({
      port,
      ...tlsModelOf(world, tls),
      rules: rulesIn(elbv2, { arn, defaultActions }),
    })),
    groups,
  });
}

/** The target groups to which a load balancer may send something, as HAProxy's configuration wants them. */
export function groupModelsOf(world: World, loadBalancer: LoadBalancerRecord): GroupModel[] {
  const { elbv2 } = world;
  const actions = listenersOf(elbv2, loadBalancer.arn).flatMap((listener) =>
    rulesIn(elbv2, listener).map(({ action }) => action),
  );
  const arns = new Set(actions.flatMap((action) => forwardsOf(action).map(({ arn }) => arn)));
  return [...arns]
    .flatMap((arn) => elbv2.data.targetGroups[arn] ?? [])
    .map((group) => groupModel(world, loadBalancer, group));
}

/** A listener's rules; the default one comes last. */
function rulesIn(
  store: Elbv2Store,
  { arn, defaultActions }: Pick<ListenerRecord, "arn" | "defaultActions">,
): RuleModel[] {
  return [...rulesOf(store, arn), { conditions: [], actions: defaultActions }].flatMap(({ conditions, actions }) =>
    actions.slice(0, 1).map((action) => ({ conditions, action })),
  );
}

function tlsModelOf(
  world: World,
  { certificateArn, sslPolicy }: Pick<ListenerRecord, "certificateArn" | "sslPolicy">,
): Pick<ListenerModel, "tls"> {
  const file = certificateArn === undefined ? undefined : certificateFile(world, certificateArn);
  const policy = findPolicy(sslPolicy ?? "");
  return file && policy ? { tls: { certificatePath: file.path, policy } } : {};
}

/** A target group's backend: its name and the last part of its ARN. */
export const backendName = (targetGroupArn: string): string => targetGroupArn.split("/").slice(-2).join("-");

/** False for a target that gets neither checks nor requests: draining, or in a zone where the load balancer is not. */
export function isRouted(
  world: World,
  loadBalancer: LoadBalancerRecord,
  group: TargetGroupRecord,
  target: TargetRecord,
): boolean {
  if (target.drainedAt !== undefined) return false;
  if (group.targetType === "ip") return true;
  const zone = instanceOf(world, target)?.availabilityZone;
  return loadBalancer.zones.some(({ zoneName }) => zoneName === zone);
}

function groupModel(world: World, loadBalancer: LoadBalancerRecord, group: TargetGroupRecord): GroupModel {
  const { attributes } = group;
  const sticky = attributes["stickiness.enabled"] === "true" && attributes["stickiness.type"] === "lb_cookie";
  return {
    name: backendName(group.arn),
    ...(attributes["preserve_client_ip.enabled"] === "true" ? { keepsSource: true } : {}),
    healthCheck: group.healthCheck,
    leastRequests: attributes["load_balancing.algorithm.type"] === "least_outstanding_requests",
    ...(sticky ? { stickySeconds: secondsOf(attributes, "stickiness.lb_cookie.duration_seconds") } : {}),
    targets: group.targets
      .filter((target) => isRouted(world, loadBalancer, group, target))
      .flatMap((target) => {
        const ip = addressOf(world, group, target);
        return ip === undefined ? [] : [{ ip, port: target.port, admitted: target.admitted }];
      }),
  };
}

function forwardedForOf({ attributes }: LoadBalancerRecord): LoadBalancerModel["forwardedFor"] {
  const mode = attributes["routing.http.xff_header_processing.mode"];
  return mode === "preserve" || mode === "remove" ? mode : "append";
}
