import type { Instance } from "../../ports/compute.ts";
import type { HttpOutcome } from "../../ports/http.ts";
import type { Ports } from "../../ports/index.ts";
import { isExpired } from "../../records/expiry.ts";
import type { HostRecord, State } from "../../state/schema.ts";
import { alb } from "../../steps/alb.ts";
import { endWords, hasOtherEnd } from "../../steps/redundancy/end.ts";
import { hasGroup, hostsNow } from "../../steps/redundancy/members.ts";
import { groupNameOf } from "../../steps/redundancy/settings.ts";
import { routeTo } from "../../steps/alb/visitor.ts";
import type { Invocation } from "../command.ts";
import { reach, type Reached } from "../stack-session.ts";
import type { LiveReport } from "./report.ts";

type Difference = LiveReport["differences"][number];

/** What AWS and the page itself say, held against the state. Describe calls and one GET. */
export function askLive(invocation: Invocation, state: State): Promise<LiveReport> {
  const work = async ({ connection }: Reached): Promise<LiveReport> => {
    const live = await compare(connection.ports, state);
    (await invocation.reporter()).pause();
    return live;
  };
  return reach(invocation, work, { needsStack: true });
}

export async function compare(ports: Ports, state: State): Promise<LiveReport> {
  const targetGroup = state.resources.find(({ type }) => type === "elbv2:target-group")?.id;
  const database = state.resources.find(({ type, id }) => type === "rds:db-instance" && id !== undefined)?.id;
  const looking = ports.compute.findInstances(state.stack);
  // A group's hosts come and go without anybody's doing: that is no difference.
  const present = hasGroup(state.steps) ? looking.then((found) => hostsNow(state.hosts, found)) : state.hosts;
  const [instances, hosts, online, targets, page, status, end] = await Promise.all([
    looking,
    present,
    Promise.resolve(present).then((those) => onlineOf(ports, those)),
    targetGroup ? targetsOf(ports, state.stack) : [],
    state.url ? visit(ports, state.url, state) : undefined,
    // Most stacks do without.
    database ? ports.databases.find(state.stack, database).then((found) => found?.status ?? "gone") : "available",
    hasGroup(state.steps) ? ports.autoScaling.findEnd(groupNameOf(state.stack)) : undefined,
  ]);
  const differences: Difference[] = hosts.flatMap((host) => {
    const instance = instances.find(({ id }) => id === host.instanceId);
    return hostDifferences(host, instance, online.includes(host.instanceId));
  });
  for (const { id } of instances) {
    if (hosts.some(({ instanceId }) => instanceId === id)) continue;
    differences.push({ subject: id, expected: "in the state", observed: "only in AWS" });
  }
  for (const { instanceId, state: health, reason } of targets) {
    if (health === "healthy") continue;
    differences.push({ subject: `target ${instanceId}`, expected: "healthy", observed: reason ?? health });
  }
  if (database && status !== "available")
    differences.push({ subject: database, expected: "available", observed: status });
  // One that has come is gone.
  const isAhead = hasGroup(state.steps) && !isExpired(state.expiresAt, new Date());
  if (isAhead && hasOtherEnd(end, state.expiresAt)) {
    const expected = state.expiresAt ?? "no end";
    differences.push({ subject: `${groupNameOf(state.stack)} end`, expected, observed: endWords(end) });
  }
  if (page && state.url) {
    const observed = page.kind === "answer" ? String(page.status) : page.kind;
    if (observed !== "200") differences.push({ subject: state.url, expected: "200", observed });
  }
  return {
    differences,
    targets: targets.map(({ instanceId, state: health, reason }) => ({
      instanceId,
      state: health,
      reason: reason ?? null,
    })),
  };
}

/** By https it has to be the certificate asked for that answers, and DNS need not lead to it yet. */
async function visit(ports: Ports, url: string, state: State): Promise<HttpOutcome> {
  const parsed = alb.output.safeParse(state.steps.find(({ name }) => name === alb.name)?.output);
  const route = parsed.success ? await routeTo(ports, parsed.data) : undefined;
  return ports.http.request(url, { timeoutMs: 5000, ...(route ? { route } : {}) });
}

function hostDifferences(
  host: State["hosts"][number],
  instance: Instance | undefined,
  isOnline: boolean,
): readonly Difference[] {
  const subject = host.instanceId;
  if (!instance) return [{ subject, expected: "running", observed: "gone" }];
  if (instance.state !== "running") return [{ subject, expected: "running", observed: instance.state }];
  const differences: Difference[] = [];
  if (instance.privateIp !== host.privateIp) {
    differences.push({ subject, expected: host.privateIp, observed: instance.privateIp ?? "no address" });
  }
  if (!isOnline) differences.push({ subject: `${subject} SSM`, expected: "online", observed: "not reached" });
  return differences;
}

async function onlineOf(ports: Ports, hosts: readonly HostRecord[]): Promise<readonly string[]> {
  return hosts.length > 0 ? ports.shell.online(hosts.map(({ instanceId }) => instanceId)) : [];
}

async function targetsOf(ports: Ports, stack: string) {
  const group = await ports.loadBalancing.findTargetGroup(stack, stack);
  return group ? ports.loadBalancing.targetHealth(group.arn) : [];
}
