import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RuleRecord } from "../../../src/sandbox/ec2/records.ts";
import type { World } from "../../../src/sandbox/world.ts";
import type { DoubleCloud } from "./double-cloud.ts";

/** One resource: what it is ("ec2:subnet faults/public-a") and everything about it that a run decides. */
export interface InventoryLine {
  readonly what: string;
  readonly facts: string;
}

type Cloud = Pick<DoubleCloud, "world" | "hosts">;
type Line = { readonly what: string; readonly facts: object };

/**
 * All that the cloud holds, of whomever, read from the sandbox's own records and from the machine behind it. Ids are
 * replaced by names, so that two runs can be compared.
 */
export function inventoryOf(cloud: Cloud): InventoryLine[] {
  const lines = [...ec2Lines(cloud), ...iamLines(cloud), ...elbv2Lines(cloud), ...s3Lines(cloud)];
  return lines
    .map(({ what, facts }) => ({ what, facts: JSON.stringify(facts) }))
    .toSorted((a, b) => (`${a.what} ${a.facts}` < `${b.what} ${b.facts}` ? -1 : 1));
}

/** "faults/public-a" for what carries our kind of tags, its own name or "untagged" for the rest. */
export function nameIn(world: World, id: string | undefined): string {
  if (id === undefined) return "nothing";
  const tags = world.ec2.data.tags[id] ?? world.elbv2.data.tags[id] ?? {};
  const [stack, name] = [tags["lecture05:stack"], tags["lecture05:name"]];
  return stack === undefined ? (tags["Name"] ?? "untagged") : `${stack}/${name}`;
}

function ec2Lines({ world, hosts }: Cloud): Line[] {
  const { data } = world.ec2;
  const name = (id: string | undefined): string => nameIn(world, id);
  const groupName = (id: string): string =>
    name(id) === "untagged" ? (data.securityGroups[id]?.name ?? id) : name(id);
  const rule = ({ id: _id, groupId, ...rest }: RuleRecord): object => ({
    ...rest,
    group: groupId && groupName(groupId),
  });
  const lines: Line[] = [];
  const add = (type: string, id: string, facts: object): number =>
    lines.push({ what: `ec2:${type} ${name(id)}`, facts: { ...facts, tags: comparable(data.tags[id]) } });

  for (const { id, cidr, state, enableDnsHostnames } of Object.values(data.vpcs))
    add("vpc", id, { cidr, state, enableDnsHostnames, network: hosts.networks.get(id) });
  for (const { id, vpcId, ...facts } of Object.values(data.subnets)) add("subnet", id, { ...facts, vpc: name(vpcId) });
  for (const { id, vpcId } of Object.values(data.internetGateways)) add("internet-gateway", id, { vpc: name(vpcId) });
  for (const { id, vpcId, routes, associations } of Object.values(data.routeTables)) {
    const subnets = associations.map(({ subnetId }) => (subnetId ? name(subnetId) : "main")).toSorted();
    const ways = routes.map(({ destination, gatewayId }) => `${destination} ${name(gatewayId)}`);
    add("route-table", id, { vpc: name(vpcId), routes: ways, subnets });
  }
  for (const { id, vpcId, name: groupsName, rules } of Object.values(data.securityGroups))
    add("security-group", id, { vpc: name(vpcId), name: groupsName, rules: rules.map(rule) });
  for (const it of Object.values(data.networkInterfaces)) {
    const description = it.description.replace(/[0-9a-f]{16}$/, "ID");
    const groups = it.groupIds.map(groupName);
    add("network-interface", it.id, { description, subnet: name(it.subnetId), groups, host: name(it.instanceId) });
  }
  for (const { id, sizeGib, type, encrypted, attachment } of Object.values(data.volumes))
    add("volume", id, { sizeGib, type, encrypted, host: name(attachment?.instanceId) });
  for (const it of Object.values(data.instances).filter(({ state }) => state !== "terminated")) {
    const { state, instanceType, imageId, privateIp, metadataOptions, profile, subnetId } = it;
    const machine = hosts.hosts.get(it.id)?.state;
    const facts = { state, instanceType, imageId, privateIp, metadataOptions, profile: profile?.name, machine };
    add("instance", it.id, { ...facts, subnet: name(subnetId) });
  }
  return lines;
}

/** The script of step alb holds the load balancer's name, here the loopback address that was free on this machine. */
function comparable(tags: Readonly<Record<string, string>> = {}): object {
  const recipe = "lecture05:recipe:alb";
  return recipe in tags ? { ...tags, [recipe]: "RECIPE" } : tags;
}

function iamLines({ world: { iam } }: Cloud): Line[] {
  return [
    ...Object.values(iam.data.roles).map(({ name, trustPolicy, inlinePolicies, attachedPolicies, tags }) => ({
      what: `iam:role ${name}`,
      facts: { trustPolicy, inlinePolicies, attachedPolicies, tags },
    })),
    ...Object.values(iam.data.instanceProfiles).map(({ name, roleName, tags }) => ({
      what: `iam:instance-profile ${name}`,
      facts: { roleName, tags },
    })),
    ...Object.values(iam.data.policies).map(({ name, document }) => ({
      what: `iam:policy ${name}`,
      facts: { document },
    })),
  ];
}

function elbv2Lines({ world, hosts }: Cloud): Line[] {
  const { data } = world.elbv2;
  const name = (id: string | undefined): string => nameIn(world, id);
  const groupsOf = (actions: readonly Action[]): string[] =>
    actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
      ...(TargetGroupArn ? [name(TargetGroupArn)] : []),
      ...(ForwardConfig?.TargetGroups ?? []).map((it) => name(it.TargetGroupArn)),
    ]);
  const lines: Line[] = [];
  for (const it of Object.values(data.loadBalancers)) {
    const { scheme, state, launchedPorts, attributes, zones, groupIds } = it;
    const places = { subnets: zones.map(({ subnetId }) => name(subnetId)), groups: groupIds.map(name) };
    const facts = { scheme, state, launchedPorts, launched: hosts.loadBalancers.has(it.id), attributes, ...places };
    lines.push({ what: `elbv2:load-balancer ${name(it.arn)}`, facts: { ...facts, tags: data.tags[it.arn] } });
  }
  for (const { arn, vpcId, targets, healthCheck, port, attributes } of Object.values(data.targetGroups)) {
    const registered = targets.map(({ registeredAt: _registeredAt, id, drainedAt, ...target }) => ({
      ...target,
      host: name(id),
      draining: drainedAt !== undefined,
    }));
    const facts = { vpc: name(vpcId), healthCheck, port, attributes, registered, tags: data.tags[arn] };
    lines.push({ what: `elbv2:target-group ${name(arn)}`, facts });
  }
  for (const { arn, loadBalancerArn, port, defaultActions } of Object.values(data.listeners)) {
    const facts = { of: name(loadBalancerArn), port, to: groupsOf(defaultActions), tags: data.tags[arn] };
    lines.push({ what: `elbv2:listener ${name(arn)}`, facts });
  }
  for (const { arn, priority } of Object.values(data.rules))
    lines.push({ what: `elbv2:rule ${name(arn)}`, facts: { priority } });
  return lines;
}

function s3Lines({ world }: Cloud): Line[] {
  return world.s3.all().flatMap(({ config, index, uploads }) => {
    const { createdAt: _createdAt, ...facts } = config;
    // What a visitor deleted stays as an old version: only what a reader sees is compared.
    const objects = index.keys.filter((key) => index.latest(key)?.deleteMarker !== true);
    // Access logs come when they come, under names that chance makes.
    const lasting = objects.filter((key) => !config.name.endsWith("-logs") || key.endsWith("/ELBAccessLogTestFile"));
    const shown = lasting.map((key) => key.replaceAll(/i-[0-9a-f]{8,17}/g, (id) => nameIn(world, id)));
    return [
      { what: `s3:bucket ${config.name}`, facts: { ...facts, noUploads: uploads.isEmpty } },
      ...shown.map((key) => ({ what: `s3:object ${config.name}/${key}`, facts: {} })),
    ];
  });
}
