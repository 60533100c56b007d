import type { ElasticIp } from "../../ports/network.ts";
import { ec2 } from "../ec2.ts";
import type { Change, StepContext } from "../step.ts";
import { kindOf } from "./kind.ts";

/** One Elastic IP for each zone, in the order of the public subnets. */
const nameFor = (index: number): string => `address-${index + 1}`;

const namesFor = (ctx: StepContext): string[] => ctx.output(ec2).publicSubnetIds.map((_, index) => nameFor(index));

/** The addresses that a network load balancer stands under; [] for an application load balancer, whose change. */
export async function ensureAddresses(ctx: StepContext): Promise<ElasticIp[]> {
  if (kindOf(ctx) !== "nlb") return [];
  const { network } = ctx.ports;
  const { stack, settings } = ctx;
  const present = await network.findElasticIps(stack);
  const addresses: ElasticIp[] = [];
  for (const name of namesFor(ctx)) {
    const known = present.find((address) => address.name === name);
    if (known) {
      await ctx.record.found("ec2:elastic-ip", name, known.id);
      addresses.push(known);
      continue;
    }
    ctx.progress({ en: `allocating Elastic IP ${name}`, ja: `Elastic IP ${name} を確保しています` });
    const identity = { stack, step: "alb", name, expiresAt: settings.expiresAt } as const;
    // AWS takes no token for it: the same call again would be a second address, which costs as much as the first.
    const find = async (): Promise<ElasticIp | undefined> =>
      (await network.findElasticIps(stack)).find((address) => address.name === name);
    addresses.push(
      await ctx.record.create(
        { type: "ec2:elastic-ip", name, find },
        () => network.allocateElasticIp(identity),
        ({ id }) => id,
      ),
    );
  }
  return addresses;
}

/** Notes those that are there. */
export async function adoptAddresses(ctx: StepContext): Promise<void> {
  for (const { name, id } of await ctx.ports.network.findElasticIps(ctx.stack)) {
    await ctx.record.found("ec2:elastic-ip", name, id);
  }
}

export async function planAddresses(ctx: StepContext): Promise<Change[]> {
  if (kindOf(ctx) !== "nlb") return [];
  const present = await ctx.ports.network.findElasticIps(ctx.stack);
  // Two zones, also before there are subnets.
  const names = ctx.findOutput(ec2) ? namesFor(ctx) : [nameFor(0), nameFor(1)];
  return names
    .filter((name) => !present.some((address) => address.name === name))
    .map((name) => ({ action: "create", subject: `ec2:elastic-ip ${name}` }));
}
