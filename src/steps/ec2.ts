import { z } from "zod";
import { adoptEc2 } from "./ec2/adopt.ts";
import { givenNetwork } from "./ec2/given-network.ts";
import { givenProfile } from "./ec2/given-profile.ts";
import { observe, roleNameOf, type Observed } from "./ec2/observe.ts";
import { chooseZones } from "./ec2/layout.ts";
import { ec2Output } from "./ec2/output.ts";
import { allowedSources } from "./ec2/allowed-sources.ts";
import { openPorts, planFor, type Allowed } from "./ec2/plan.ts";
import { ensureExpiry } from "./ec2/expiry.ts";
import { ensureNetwork } from "./ec2/network.ts";
import { ensureHosts, ensureRole } from "./ec2/hosts.ts";
import { breakMetadata } from "./ec2/break.ts";
import { verifyEc2 } from "./ec2/verify.ts";
import { destroyEc2 } from "./ec2/destroy.ts";
import { modulesOn } from "./host-modules.ts";
import type { Step, StepContext } from "./step.ts";

const outputSchema = z.object({
  vpcId: z.string(),
  /** One public subnet per zone, in the order of the zones. */
  publicSubnetIds: z.array(z.string()),
  /** The same when they are somebody else's. */
  givenSubnetIds: z.array(z.string()).optional(),
  loadBalancerGroupId: z.string(),
  hostGroupId: z.string(),
  roleName: z.string(),
  /** Set when the role is somebody else's. */
  givenRoleArn: z.string().optional(),
  hosts: z.array(
    z.object({
      instanceId: z.string(),
      availabilityZone: z.string(),
      privateIp: z.string(),
      publicIp: z.string().optional(),
      /** Absent in outputs of older versions. */
      instanceType: z.string().optional(),
    }),
  ),
  expiresAt: z.string().optional(),
});

export type Ec2Output = z.infer<typeof outputSchema>;

export const ec2: Step<Ec2Output> = {
  name: "ec2",
  title: { en: "EC2 instance in a VPC of its own", ja: "EC2 インスタンスと VPC の作成" },
  requires: [],
  output: outputSchema,
  facts: (output) => ({
    expiresAt: output.expiresAt,
    hosts: output.hosts.map(({ instanceId, availabilityZone, privateIp }) => ({
      instanceId,
      availabilityZone,
      privateIp,
    })),
  }),
  scripts: async () => [],

  requireNames: ({ stack, ports }) => ports.identity.requireFreeName(stack, roleNameOf(stack)),
  adopt: adoptEc2,

  async plan(ctx) {
    const [observed, zones, allow] = await Promise.all([observe(ctx), zonesFor(ctx), allowed(ctx)]);
    const [network, profile] = await Promise.all([given(ctx, observed), givenProfile(ctx, observed)]);
    return planFor(observed, zones, allow, network, ctx.settings.expiresAt, profile);
  },

  async apply(ctx) {
    const [observed, zones, allow] = await Promise.all([observe(ctx), zonesFor(ctx), allowed(ctx)]);
    const [network, profile] = await Promise.all([given(ctx, observed), givenProfile(ctx, observed)]);
    // First: EC2 takes a profile only some seconds after it was made, and the network is made meanwhile.
    if (!profile) await ensureRole(ctx, observed);
    const facts = await ensureNetwork(ctx, observed, zones, allow, network);
    const hosts = await ensureHosts(ctx, observed, facts, profile?.name ?? roleNameOf(ctx.stack));
    await ensureExpiry(ctx, observed, hosts);
    return ec2Output(ctx, facts, hosts, { given: network, profile, expiresAt: ctx.settings.expiresAt });
  },

  verify: verifyEc2,
  breakAndRestore: breakMetadata,
  modules: (ctx, output) => modulesOn(ctx, output.hosts),
  destroy: destroyEc2,
};

const given = (ctx: StepContext, observed: Observed) =>
  givenNetwork(ctx, observed, ctx.findOutput(ec2)?.givenSubnetIds);

/** Zones never move once subnets are there: the state's order would no longer fit them. */
async function zonesFor(ctx: StepContext): Promise<string[]> {
  return chooseZones(await ctx.ports.network.availabilityZones());
}

async function allowed(ctx: StepContext): Promise<Allowed> {
  return { sources: await allowedSources(ctx), ports: openPorts(ctx.settings.certificateArn) };
}
