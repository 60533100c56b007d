import type { World } from "../world.ts";
import { certificateFile } from "./certificates.ts";
import { secondsOf } from "./attributes.ts";
import type { GroupModel } from "./haproxy/backend.ts";
import type { LoadBalancerModel } from "./haproxy/configuration.ts";
import { forwardsOf, type ListenerModel } from "./haproxy/frontend.ts";
import { findPolicy } from "./ssl-policies.ts";
import {
  listenersOf,
  rulesOf,
  type ListenerRecord,
  type LoadBalancerRecord,
  type TargetGroupRecord,
  type TargetRecord,
} from "./store.ts";
import { addressOf, instanceOf } from "./vpc-parts.ts";

/** The records of a load balancer as HAProxy's configuration wants them. */
export function modelOf(world: World, loadBalancer: LoadBalancerRecord): LoadBalancerModel {
  const { elbv2 } = world;
  const listeners = listenersOf(elbv2, loadBalancer.arn).map(({ arn, port, defaultActions, ...tls }) => ({
    port,
    ...tlsModelOf(world, tls),
    rules: [...rulesOf(elbv2, arn), { conditions: [], actions: defaultActions }].flatMap(({ conditions, actions }) =>
      actions.slice(0, 1).map((action) => ({ conditions, action })),
    ),
  }));
  const arns = new Set(
    listeners.flatMap(({ rules }) => rules.flatMap(({ action }) => forwardsOf(action).map(({ arn }) => arn))),
  );
  const groups = [...arns].flatMap((arn) => elbv2.data.targetGroups[arn] ?? []);
  return {
    idleTimeoutSeconds: secondsOf(loadBalancer.attributes, "idle_timeout.timeout_seconds"),
    forwardedFor: forwardedForOf(loadBalancer),
    backendOf: backendName,
    listeners,
    groups: groups.map((group) => groupModel(world, loadBalancer, group)),
  };
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
