import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { World } from "../world.ts";
import { readStats, serverOf } from "./admission.ts";
import { usersOf } from "./associations.ts";
import { secondsOf } from "./attributes.ts";
import { dataPlaneOf, settleUsers } from "./data-plane.ts";
import type { ServerStats } from "./haproxy/stats.ts";
import { isRouted } from "./model.ts";
import type { HealthCheckSettings, LoadBalancerRecord, TargetGroupRecord, TargetRecord } from "./store.ts";
import { instanceOf } from "./vpc-parts.ts";

// States, reasons and descriptions as ELB words them (API reference, TargetHealth).

const initial = (Reason: "Elb.RegistrationInProgress" | "Elb.InitialHealthChecking"): TargetHealth => ({
  State: "initial",
  Reason,
  Description:
    Reason === "Elb.RegistrationInProgress"
      ? "Target registration is in progress"
      : "Initial health checks in progress",
});

const unused = (Reason: NonNullable<TargetHealth["Reason"]>, Description: string): TargetHealth => ({
  State: "unused",
  Reason,
  Description,
});

export const notRegistered = unused("Target.NotRegistered", "Target is not registered to the target group");

/** The health of a group's targets, fresh from HAProxy. */
export async function targetHealths(
  world: World,
  group: TargetGroupRecord,
): Promise<{ target: TargetRecord; health: TargetHealth }[]> {
  await forgetGoneTargets(world, group);
  const [user] = usersOf(world, group.arn);
  const stats = user && group.targets.length > 0 ? await statsOf(world, user) : undefined;
  return group.targets.map((target) => ({ target, health: healthOf(world, group, target, user, stats) }));
}

/** Targets whose deregistration is over, and terminated instances, which ELB deregisters by itself. */
export async function forgetGoneTargets(world: World, group: TargetGroupRecord): Promise<void> {
  const delayMs = secondsOf(group.attributes, "deregistration_delay.timeout_seconds") * 1000;
  const isThere = (target: TargetRecord): boolean => {
    if (target.drainedAt !== undefined) return world.now().getTime() - Date.parse(target.drainedAt) < delayMs;
    return group.targetType === "ip" || instanceOf(world, target) !== undefined;
  };
  const remaining = group.targets.filter(isThere);
  if (remaining.length === group.targets.length) return;
  await world.elbv2.note(() => (group.targets = group.targets.filter(isThere)));
  settleUsers(world, group.arn);
}

async function statsOf(world: World, user: LoadBalancerRecord): Promise<Map<string, ServerStats> | undefined> {
  if (!dataPlaneOf(world).isLoaded(user.arn)) return undefined;
  try {
    return await readStats(world, user);
  } catch (error) {
    world.log({ level: "warn", event: "target-health", loadBalancer: user.id, error: String(error) });
    return undefined;
  }
}

function healthOf(
  world: World,
  group: TargetGroupRecord,
  target: TargetRecord,
  user: LoadBalancerRecord | undefined,
  stats: Map<string, ServerStats> | undefined,
): TargetHealth {
  if (target.drainedAt !== undefined) {
    return {
      State: "draining",
      Reason: "Target.DeregistrationInProgress",
      Description: "Target deregistration is in progress",
    };
  }
  if (!user) {
    return unused("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer");
  }
  const state = group.targetType === "instance" ? instanceOf(world, target)?.state : "running";
  if (state !== "running" && state !== "pending") {
    return unused("Target.InvalidState", `Target is in the ${state ?? "terminated"} state`);
  }
  if (!isRouted(world, user, group, target)) {
    return unused("Target.NotInUse", "Target is in an Availability Zone that is not enabled for the load balancer");
  }
  const server = stats?.get(serverOf(world, group, target) ?? "");
  return server ? checkedHealth(server, target, group.healthCheck) : initial("Elb.RegistrationInProgress");
}

function checkedHealth(server: ServerStats, target: TargetRecord, check: HealthCheckSettings): TargetHealth {
  if (target.admitted && server.up) return { State: "healthy" };
  if (server.check === "INI") return initial("Elb.InitialHealthChecking");
  // HAProxy gives a new server up after one failure, ELB after as many as its threshold says.
  const patienceSeconds = (check.unhealthyThreshold - 1) * check.intervalSeconds;
  if (!target.admitted && server.secondsInState < patienceSeconds) return initial("Elb.InitialHealthChecking");
  return unhealthy(server);
}

function unhealthy(server: ServerStats): TargetHealth {
  const State = "unhealthy";
  if (server.check === "L7STS") {
    const Description = `Health checks failed with these codes: [${server.code ?? ""}]`;
    return { State, Reason: "Target.ResponseCodeMismatch", Description };
  }
  if (server.check.endsWith("TOUT")) return { State, Reason: "Target.Timeout", Description: "Request timed out" };
  return { State, Reason: "Target.FailedHealthChecks", Description: "Health checks failed" };
}
