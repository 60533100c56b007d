import { expiryOf } from "../../ports/expiry.ts";
import type { ResourceType, StepContext } from "../step.ts";
import type { Ec2Output } from "../ec2.ts";
import { givenNetwork } from "./given-network.ts";
import { givenProfile } from "./given-profile.ts";
import { observe, roleNameOf } from "./observe.ts";
import { ec2Output } from "./output.ts";
import { groupNames, hostNames } from "./plan.ts";
import { isMember } from "../redundancy/members.ts";
import { groupNameOf } from "../redundancy/settings.ts";
import { isUsable } from "./usable.ts";

/** Notes everything that carries the stack's tag. Complete when later steps find all that they ask of this one. */
export async function adoptEc2(ctx: StepContext): Promise<Ec2Output | undefined> {
  const observed = await observe(ctx);
  const { vpc, gateway, role, profile } = observed;
  // Nothing on AWS tells which subnets were given; with `--subnets` the person does.
  const given = ctx.settings.subnets ? await givenNetwork(ctx, observed, undefined) : undefined;
  const profileOfOthers = await givenProfile(ctx, observed);
  const subnets = observed.subnets.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const instances = observed.instances.filter(({ state }) => isUsable(state));
  const named: readonly (readonly [ResourceType, readonly { readonly name: string; readonly id: string }[]])[] = [
    ["ec2:vpc", vpc ? [{ name: "vpc", id: vpc.id }] : []],
    ["ec2:internet-gateway", gateway ? [{ name: "internet-gateway", id: gateway.id }] : []],
    ["ec2:subnet", subnets],
    ["ec2:route-table", observed.routeTables],
    ["ec2:security-group", observed.groups],
    ["iam:role", role ? [{ name: "host", id: roleNameOf(ctx.stack) }] : []],
    ["iam:instance-profile", profile ? [{ name: "host", id: roleNameOf(ctx.stack) }] : []],
    ["ec2:instance", instances.map((it) => ({ id: it.id, name: isMember(it) ? it.id : it.name }))],
  ];
  for (const [type, resources] of named) {
    for (const { name, id } of resources) await ctx.record.found(type, name, id);
  }

  const members = instances.filter((instance) => isMember(instance) && instance.state === "running");
  const byHand = hostNames.flatMap((name) => instances.find((instance) => instance.name === name) ?? []);
  const hosts = members.length > 0 ? members : byHand;
  const isComplete =
    hosts.length >= hostNames.length &&
    groupNames.every((name) => observed.groups.some((group) => group.name === name)) &&
    (given?.subnets ?? subnets).filter(({ name }) => name.startsWith("public-")).length >= 2;
  const network = given ?? (vpc ? { vpc, subnets } : undefined);
  if (!network || !isComplete) return undefined;
  const facts = { ...network, groups: observed.groups };
  // The tag tells what was wanted also where a group has lost its end; its proof then says so.
  const end = members.length > 0 ? await ctx.ports.autoScaling.findEnd(groupNameOf(ctx.stack)) : undefined;
  const expiresAt = end?.at ?? expiryOf(hosts[0]);
  return ec2Output(ctx, facts, hosts, { given, profile: profileOfOthers, expiresAt });
}
