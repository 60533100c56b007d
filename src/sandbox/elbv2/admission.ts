import { setTimeout as sleep } from "node:timers/promises";
import type { World } from "../world.ts";
import { serverName } from "./haproxy/backend.ts";
import { hasPassed, parseStats, type ServerStats } from "./haproxy/stats.ts";
import { backendName, groupModelsOf, isRouted } from "./model.ts";
import type { LoadBalancerRecord, TargetGroupRecord, TargetRecord } from "./store.ts";
import { addressOf } from "./vpc-parts.ts";

/*
 * A new target must not get requests before a check has passed, and HAProxy 3.0 starts servers UP. So a new one has no
 * weight; after its first passed check ("After your target is registered, it must pass one health check to be
 * considered healthy": ELB's guide) it is admitted: up at once, with full weight.
 */

const firstLookMs = 200;
const slowestLookMs = 5000;
const watched = new WeakMap<World, Set<string>>();

/** Looks until every target of a load balancer has passed its first check. One watcher for each; never rejects. */
export async function admitTargets(world: World, arn: string): Promise<void> {
  const names = watched.get(world) ?? new Set();
  watched.set(world, names);
  if (names.has(arn)) return;
  names.add(arn);
  try {
    for (let pause = firstLookMs; ; pause = Math.min(pause * 1.3, slowestLookMs)) {
      const loadBalancer = world.elbv2.data.loadBalancers[arn];
      if (!loadBalancer || newcomers(world, loadBalancer).length === 0) return;
      await sleep(pause, undefined, { ref: false });
      if (world.elbv2.data.loadBalancers[arn]) await readStats(world, loadBalancer);
    }
  } catch (error) {
    world.log({ level: "warn", event: "admission", loadBalancer: arn, error: String(error) });
  } finally {
    names.delete(arn);
  }
}

/** HAProxy's view of the targets, after those that have passed their first check were admitted. */
export async function readStats(world: World, loadBalancer: LoadBalancerRecord): Promise<Map<string, ServerStats>> {
  const { elbv2, runtime } = world;
  const stats = parseStats(await runtime.loadBalancerCommand(loadBalancer.id, "show stat"));
  const passed = newcomers(world, loadBalancer).filter(({ server }) => hasPassed(stats.get(server)));
  if (passed.length === 0) return stats;
  const commands = passed.map(({ server }) => `set server ${server} health up; set server ${server} weight 100`);
  await runtime.loadBalancerCommand(loadBalancer.id, commands.join("; "));
  for (const { server } of passed) stats.set(server, { up: true, check: "L7OK", secondsInState: 0 });
  await elbv2.note(() => {
    for (const { target } of passed) target.admitted = true;
  });
  return stats;
}

/** `backend/server` in HAProxy's words. */
export function serverOf(world: World, group: TargetGroupRecord, target: TargetRecord): string | undefined {
  const ip = addressOf(world, group, target);
  return ip && `${backendName(group.arn)}/${serverName({ ip, port: target.port })}`;
}

function newcomers(world: World, loadBalancer: LoadBalancerRecord): { server: string; target: TargetRecord }[] {
  const names = new Set(groupModelsOf(world, loadBalancer).map(({ name }) => name));
  return Object.values(world.elbv2.data.targetGroups)
    .filter((group) => names.has(backendName(group.arn)))
    .flatMap((group) =>
      group.targets
        .filter((target) => !target.admitted && isRouted(world, loadBalancer, group, target))
        .flatMap((target) => {
          const server = serverOf(world, group, target);
          return server ? [{ server, target }] : [];
        }),
    );
}
