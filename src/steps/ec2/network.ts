import { Lecture05Error } from "../../errors.ts";
import type { SecurityGroup, Subnet, Vpc } from "../../ports/network.ts";
import type { ResourceIdentity } from "../../ports/identity.ts";
import type { ResourceType, StepContext } from "../step.ts";
import { everywhere, freeRanges, subnetsOf } from "./layout.ts";
import type { GivenNetwork } from "./given-network.ts";
import type { Observed } from "./observe.ts";
import { compareRules, groupNames, wantedRules, type Allowed } from "./plan.ts";

export interface NetworkFacts {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly groups: readonly SecurityGroup[];
}

/** VPC, gateway, subnets, routes (unless they are given) and groups: creates what is missing, sets right what differs. */
export async function ensureNetwork(
  ctx: StepContext,
  observed: Observed,
  zones: readonly string[],
  allow: Allowed,
  given: GivenNetwork | undefined,
): Promise<NetworkFacts> {
  const base = given ?? (await ensureOwnNetwork(ctx, observed, zones));
  return { ...base, groups: await ensureGroups(ctx, observed, base.vpc, allow) };
}

async function ensureOwnNetwork(ctx: StepContext, observed: Observed, zones: readonly string[]): Promise<GivenNetwork> {
  const { network } = ctx.ports;
  const vpc = await ensure(
    ctx,
    "ec2:vpc",
    "vpc",
    observed.vpc,
    (identity) => createVpc(ctx, identity),
    () => network.findVpc(ctx.stack),
  );
  await network.enableDnsHostnames(vpc.id);

  const gateway = await ensure(
    ctx,
    "ec2:internet-gateway",
    "internet-gateway",
    observed.gateway,
    (identity) => network.createInternetGateway(identity),
    () => network.findInternetGateway(ctx.stack),
  );
  if (gateway.attachedVpcId !== vpc.id) await network.attachInternetGateway(gateway.id, vpc.id);

  const subnets: Subnet[] = [];
  const plans = subnetsOf(vpc.cidr, zones);
  for (const { name, cidr, availabilityZone } of plans) {
    const known = observed.subnets.find((subnet) => subnet.name === name);
    subnets.push(
      await ensure(
        ctx,
        "ec2:subnet",
        name,
        known,
        (identity) => network.createSubnet(identity, { vpcId: vpc.id, cidr, availabilityZone }),
        async () => (await network.findSubnets(ctx.stack)).find((subnet) => subnet.name === name),
      ),
    );
  }

  for (const kind of ["public", "private"] as const) {
    const known = observed.routeTables.find((table) => table.name === kind);
    const table = await ensure(ctx, "ec2:route-table", kind, known, (identity, token) =>
      network.createRouteTable(identity, vpc.id, token),
    );
    const hasDefault = table.routes.some((route) => route.destination === everywhere && route.gatewayId === gateway.id);
    // The private subnets have no way out: databases have no business on the internet.
    if (kind === "public" && !hasDefault) await network.createRoute(table.id, everywhere, gateway.id);
    for (const subnet of subnets.filter(({ name }) => name.startsWith(`${kind}-`))) {
      if (!table.associations.some(({ subnetId }) => subnetId === subnet.id)) {
        await network.associateRouteTable(table.id, subnet.id);
      }
    }
  }
  return { vpc, subnets };
}

async function ensureGroups(ctx: StepContext, observed: Observed, vpc: Vpc, allow: Allowed): Promise<SecurityGroup[]> {
  const { network } = ctx.ports;
  const groups: SecurityGroup[] = [];
  for (const name of groupNames) {
    const known = observed.groups.find((group) => group.name === name);
    const group = await ensure(ctx, "ec2:security-group", name, known, (identity) =>
      network.createSecurityGroup(identity, vpc.id, descriptions[name]),
    );
    groups.push(group);
    const { missing, excess } = compareRules(group.ingress, wantedRules(name, { groups }, allow));
    for (const rule of missing) await network.authorizeIngress(group.id, rule);
    for (const rule of excess) await network.revokeIngress(group.id, rule);
  }
  return groups;
}

const descriptions: Record<(typeof groupNames)[number], string> = {
  "load-balancer": "HTTP from those who may see the page",
  host: "HTTP from the load balancer only",
};

/**
 * Creates a resource that observing did not find, through the recorder; notes one that it did find. `find` is for what
 * AWS would make a second time without a word.
 */
export async function ensure<T extends { readonly id: string }>(
  ctx: StepContext,
  type: ResourceType,
  name: string,
  known: T | undefined,
  create: (identity: ResourceIdentity, clientToken: string) => Promise<T>,
  find?: () => Promise<T | undefined>,
): Promise<T> {
  if (known) {
    await ctx.record.found(type, name, known.id);
    return known;
  }
  ctx.progress({ en: `creating ${type} ${name}`, ja: `${type} ${name} を作成しています` });
  const identity: ResourceIdentity = { stack: ctx.stack, step: "ec2", name, expiresAt: ctx.settings.expiresAt };
  return ctx.record.create(
    { type, name, ...(find ? { find } : {}) },
    (clientToken) => create(identity, clientToken),
    (made) => made.id,
  );
}

/** A range that AWS (or, in the sandbox, this machine) refuses is no reason to give up: the next may be free. */
async function createVpc(ctx: StepContext, identity: ResourceIdentity): Promise<Vpc> {
  const ranges = freeRanges(await ctx.ports.network.usedRanges());
  let last: unknown;
  for (const range of ranges) {
    try {
      return await ctx.ports.network.createVpc(identity, range);
    } catch (error) {
      if (!(error instanceof Lecture05Error && error.code === "VPC_RANGE_EXHAUSTED")) throw error;
      last = error;
    }
  }
  throw new Lecture05Error("VPC_RANGE_EXHAUSTED", {
    what: { en: "No free address range for a VPC", ja: "VPC に使えるアドレス範囲がありません" },
    why: { en: "All of 10.5.0.0/16 to 10.250.0.0/16 are in use", ja: "10.5.0.0/16 から 10.250.0.0/16 まで使用中です" },
    next: [{ en: "Delete a VPC that is no longer needed", ja: "不要な VPC を削除してください" }],
    cause: last,
  });
}
