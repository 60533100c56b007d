import type { Instance } from "../ports/compute.ts";
import type { Ports } from "../ports/index.ts";
import type { IngressRule, RouteTable, SecurityGroup } from "../ports/network.ts";
import { readHostFacts } from "../remote/probes/host-facts.ts";
import type { State } from "../state/schema.ts";
import { observe, type Observed } from "../steps/ec2/observe.ts";
import { engine } from "../ports/database.ts";
import { databaseIdFor } from "../steps/database/names.ts";
import { backupBucketNameFor, bucketNameFor, logsBucketNameFor, siteBucketNameFor } from "../steps/s3/bucket-name.ts";
import { parseHostFacts } from "./host-facts.ts";
import { idsOf, recordedButGone } from "./recorded-but-gone.ts";
import type { HostFacts, Topology, TopologyDatabase, TopologyInstance } from "./topology.ts";

export interface ObserveOptions {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly account: string;
  readonly region: string;
  readonly ports: Ports;
  readonly now: Date;
  readonly signal?: AbortSignal;
  /** For what only the records know: which steps were proved, and what was there then. */
  readonly state: State | undefined;
}

/** Asks AWS and the hosts what there is. Describe, Get and List calls, and one reading script per host. */
export async function observeTopology(options: ObserveOptions): Promise<Topology> {
  const { stack, ports, account, region, state } = options;
  const place = { stack, account, region };
  const [parts, balancing, bucket, accessLogsBucket, siteBucket, backupBucket, database] = await Promise.all([
    observe({ stack, ports }),
    observeLoadBalancing(ports, stack),
    observeBucket(ports, stack, bucketNameFor(place)),
    findRecordedBucket(ports, stack, logsBucketNameFor(place), state),
    findRecordedBucket(ports, stack, siteBucketNameFor(place), state),
    findRecordedBucket(ports, stack, backupBucketNameFor(place), state),
    observeDatabase(ports, stack, state),
  ]);
  const [facts, network] = await Promise.all([
    observeHosts(options, parts.instances),
    observeNetwork(ports, parts, balancing.found.loadBalancer?.subnetIds ?? []),
  ]);
  const present = new Set([
    ...idsOf(parts),
    ...idsOf(network),
    ...balancing.ids,
    ...(bucket ? [bucket.name] : []),
    accessLogsBucket ?? "",
    siteBucket ?? "",
    backupBucket ?? "",
    database?.id ?? "",
  ]);
  return {
    stack,
    target: options.target,
    account,
    region,
    observedAt: options.now,
    ...network,
    groups: parts.groups.map((group) => describeGroup(group, parts.groups)),
    ...balancing.found,
    instances: parts.instances.map((instance) => describeInstance(instance, facts.get(instance.id))),
    ...(bucket ? { bucket } : {}),
    ...(accessLogsBucket === undefined ? {} : { accessLogsBucket }),
    ...(siteBucket === undefined ? {} : { site: { bucket: siteBucket, isShown: state?.maintenance === true } }),
    ...(backupBucket === undefined ? {} : { backupBucket }),
    ...(database ? { database } : {}),
    ...(parts.role
      ? { role: { name: parts.role.name, policies: [...parts.role.managedPolicies, ...parts.role.inlinePolicies] } }
      : {}),
    proved: provedSteps(state),
    recordedInstanceIds: (state?.hosts ?? []).map(({ instanceId }) => instanceId),
    recordedButGone: recordedButGone(state, present),
  };
}

async function observeNetwork(
  { network }: Ports,
  { vpc, gateway, instances, ...parts }: Observed,
  balancedSubnetIds: readonly string[],
): Promise<Pick<Topology, "vpc" | "gateway" | "subnets">> {
  if (vpc || instances.length === 0) {
    return {
      ...(vpc ? { vpc } : {}),
      ...(gateway ? { gateway: { id: gateway.id, attached: gateway.attachedVpcId === vpc?.id } } : {}),
      subnets: parts.subnets.map(({ id, name, cidr, availabilityZone }) => ({
        id,
        name,
        cidr,
        availabilityZone,
        isPublic: isPublic(id, parts.routeTables),
      })),
    };
  }
  // The stack stands in somebody else's VPC: of that only what it uses is drawn.
  const used = new Set([...balancedSubnetIds, ...instances.map(({ subnetId }) => subnetId)]);
  const given = await network.lookAtSubnets([...used]);
  const [first] = given;
  const gatewayId = given.find((subnet) => subnet.gatewayId !== undefined)?.gatewayId;
  return {
    ...(first ? { vpc: { id: first.vpcId, cidr: first.vpcCidr } } : {}),
    ...(gatewayId === undefined ? {} : { gateway: { id: gatewayId, attached: true } }),
    subnets: given.map(({ id, cidr, availabilityZone, gatewayId: way }) => ({
      id,
      name: `public-${availabilityZone.slice(-1)}`,
      cidr,
      availabilityZone,
      isPublic: way !== undefined,
    })),
  };
}

async function observeLoadBalancing(
  { loadBalancing }: Ports,
  stack: string,
): Promise<{ found: Pick<Topology, "loadBalancer" | "targetGroup">; ids: readonly string[] }> {
  const [loadBalancer, targetGroup] = await Promise.all([
    loadBalancing.findLoadBalancer(stack, stack),
    loadBalancing.findTargetGroup(stack, stack),
  ]);
  const [listeners, targets] = await Promise.all([
    loadBalancer ? loadBalancing.findListeners(loadBalancer.arn) : [],
    targetGroup ? loadBalancing.targetHealth(targetGroup.arn) : [],
  ]);
  const found = {
    ...(loadBalancer
      ? {
          loadBalancer: {
            name: loadBalancer.name,
            dnsName: loadBalancer.dnsName,
            state: loadBalancer.state,
            subnetIds: loadBalancer.subnetIds,
            groupIds: loadBalancer.groupIds,
            listenerPorts: listeners.map(({ port }) => port),
            ...(loadBalancer.kind === "nlb"
              ? { elasticIps: loadBalancer.addresses.map(({ publicIp }) => publicIp) }
              : {}),
            securePorts: listeners.flatMap(({ port, protocol }) => (protocol === "HTTPS" ? [port] : [])),
          },
        }
      : {}),
    ...(targetGroup
      ? {
          targetGroup: {
            name: targetGroup.name,
            port: targetGroup.port,
            healthCheckPath: targetGroup.healthCheck.path,
            targets,
          },
        }
      : {}),
  };
  const arns = [loadBalancer, targetGroup, ...listeners].flatMap((part) => (part ? [part.arn] : []));
  return { found, ids: arns };
}

/** Asked for only where the state has one: most stacks do without. */
async function findRecordedBucket(
  { objectStorage }: Ports,
  stack: string,
  name: string,
  state: State | undefined,
): Promise<string | undefined> {
  if (!state?.resources.some(({ id }) => id === name)) return undefined;
  return (await objectStorage.ownsBucket(stack, name)) ? name : undefined;
}

/** Asked for only where the state has one: most stacks do without. */
async function observeDatabase(
  { databases }: Ports,
  stack: string,
  state: State | undefined,
): Promise<TopologyDatabase | undefined> {
  if (!state?.resources.some(({ type, id }) => type === "rds:db-instance" && id !== undefined)) return undefined;
  const found = await databases.find(stack, databaseIdFor({ stack }));
  if (!found) return undefined;
  const { id, engineVersion, instanceClass, status, encrypted, groupIds, subnetIds, secondaryZone } = found;
  return {
    id,
    engineVersion,
    instanceClass,
    status,
    encrypted,
    isPublic: found.publiclyAccessible,
    availabilityZone: found.availabilityZone ?? "",
    ...(secondaryZone === undefined ? {} : { secondaryZone }),
    groupIds,
    subnetIds,
    port: found.endpoint?.port ?? engine.port,
  };
}

async function observeBucket(
  { objectStorage }: Ports,
  stack: string,
  name: string,
): Promise<Topology["bucket"] | undefined> {
  if (!(await objectStorage.findBucket(stack, name))) return undefined;
  const [settings, objects] = await Promise.all([
    objectStorage.bucketSettings(name),
    objectStorage.listObjects(name, ""),
  ]);
  const counts = new Map<string, number>();
  for (const { key } of objects) {
    const slash = key.indexOf("/");
    const prefix = slash < 0 ? "" : key.slice(0, slash + 1);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return {
    name,
    isPrivate: settings.publicAccessBlocked,
    encrypted: settings.encrypted,
    versioned: settings.versioned,
    prefixes: [...counts]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([prefix, count]) => ({ prefix, objects: count })),
  };
}

async function observeHosts(
  { ports, signal }: ObserveOptions,
  instances: readonly Instance[],
): Promise<ReadonlyMap<string, HostFacts>> {
  const running = instances.filter(({ state }) => state === "running").map(({ id }) => id);
  const facts = new Map<string, HostFacts>();
  await Promise.all(
    (await ports.shell.online(running)).map(async (id) => {
      const { exitCode, stdout } = await ports.shell.run(id, readHostFacts(), signal ? { signal } : {});
      if (exitCode === 0) facts.set(id, parseHostFacts(stdout));
    }),
  );
  return facts;
}

function describeInstance(instance: Instance, facts: HostFacts | undefined): TopologyInstance {
  const { id, name, state, availabilityZone, subnetId, privateIp, publicIp, groupIds } = instance;
  return {
    id,
    name,
    type: instance.instanceType,
    state,
    availabilityZone,
    subnetId,
    groupIds,
    ...(privateIp ? { privateIp } : {}),
    ...(publicIp ? { publicIp } : {}),
    ...(facts ? { facts } : {}),
  };
}

function isPublic(subnetId: string, tables: readonly RouteTable[]): boolean {
  const table = tables.find(({ associations }) =>
    associations.some((association) => association.subnetId === subnetId),
  );
  return (
    table?.routes.some(
      ({ destination, gatewayId }) => destination === "0.0.0.0/0" && gatewayId?.startsWith("igw-") === true,
    ) ?? false
  );
}

function describeGroup(group: SecurityGroup, all: readonly SecurityGroup[]): Topology["groups"][number] {
  const sourceOf = ({ source }: IngressRule): string =>
    "cidr" in source ? source.cidr : (all.find(({ id }) => id === source.groupId)?.name ?? source.groupId);
  return {
    id: group.id,
    name: group.name,
    rules: group.ingress.map((rule) => ({
      ports: portsOf(rule),
      source: sourceOf(rule),
      open: sourceOf(rule) === "0.0.0.0/0" || sourceOf(rule) === "::/0",
    })),
  };
}

function portsOf({ protocol, fromPort, toPort }: IngressRule): string {
  if (protocol === "-1" || protocol === "all") return "all";
  return `${protocol.toUpperCase()} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`;
}

function provedSteps(state: State | undefined): Topology["proved"] {
  return new Map(
    (state?.steps ?? [])
      .filter(({ status, checks }) => status === "done" && checks.length > 0 && checks.every(({ ok }) => ok))
      .map(({ name, finishedAt }) => [name, new Date(finishedAt ?? 0)]),
  );
}
