import { Lecture05Error } from "../../errors.ts";
import type { Instance, InstanceRequest } from "../../ports/compute.ts";
import type { Subnet } from "../../ports/network.ts";
import { userData } from "../../remote/user-data.ts";
import type { StepContext } from "../step.ts";
import { imageParameterFor } from "./image.ts";
import { isMember } from "../redundancy/members.ts";
import { roleNameOf, type Observed } from "./observe.ts";
import type { NetworkFacts } from "./network.ts";
import { hostNames, managedPolicyForSsm } from "./plan.ts";
import { isUsable } from "./usable.ts";

export const volumeSizeGib = 20;
const bootTimeoutMs = 5 * 60_000;
const ssmTurnMs = 15_000;

/** EC2 as roles trust it; in China it has another suffix. */
export const ec2Principal = (region: string): string =>
  region.startsWith("cn-") ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com";

export const instanceTrust = (region: string) =>
  ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: ec2Principal(region) }, Action: "sts:AssumeRole" }],
  }) as const;

/** The role that hosts take; with the managed policy SSM can reach them, and nothing else is allowed yet. */
export async function ensureRole(ctx: StepContext, observed: Observed): Promise<void> {
  const { identity } = ctx.ports;
  const name = roleNameOf(ctx.stack);
  const tags = { stack: ctx.stack, step: "ec2", name: "host", expiresAt: ctx.settings.expiresAt } as const;

  if (observed.role) await ctx.record.found("iam:role", "host", name);
  const role =
    observed.role ??
    (await ctx.record.create(
      { type: "iam:role", name: "host" },
      () => identity.createRole(tags, name, instanceTrust(ctx.region)),
      (made) => made.name,
    ));
  const partition = role.arn.split(":")[1] ?? "aws";
  const policyArn = `arn:${partition}:iam::aws:policy/${managedPolicyForSsm}`;
  if (!role.managedPolicies.includes(policyArn)) await identity.attachManagedPolicy(name, policyArn);

  if (observed.profile) await ctx.record.found("iam:instance-profile", "host", name);
  const profile =
    observed.profile ??
    (await ctx.record.create(
      { type: "iam:instance-profile", name: "host" },
      () => identity.createInstanceProfile(tags, name),
      (made) => made.name,
    ));
  if (!profile.roleNames.includes(name)) await identity.addRoleToInstanceProfile(name, name);
}

/** The instances: started when stopped, made when missing; returned when SSM reaches them. */
export async function ensureHosts(
  ctx: StepContext,
  observed: Observed,
  facts: NetworkFacts,
  profileName: string,
): Promise<Instance[]> {
  const { compute } = ctx.ports;
  const subnets = facts.subnets.filter(({ name }) => name.startsWith("public-"));
  const group = facts.groups.find(({ name }) => name === "host");
  if (subnets.length === 0 || !group) throw new Error("the network is incomplete");

  const members = observed.instances.filter((instance) => isMember(instance) && instance.state === "running");
  if (members.length > 0) return members;
  const hosts: Instance[] = [];
  for (const name of hostNames) {
    const known = observed.instances.find((instance) => instance.name === name && isUsable(instance.state));
    if (known) await ctx.record.found("ec2:instance", name, known.id);
    const place = { groupIds: [group.id], instanceProfileName: profileName };
    const instance = known ?? (await runWhereThereIsRoom(ctx, name, subnets, place));
    if (instance.state === "stopped" || instance.state === "stopping") await compute.startInstance(instance.id);
    ctx.progress({ en: `waiting for ${instance.id} to run`, ja: `${instance.id} の起動を待っています` });
    const running = await compute.waitUntilRunning(instance.id, bootTimeoutMs);
    ctx.progress({
      en: `waiting for SSM to reach ${instance.id}`,
      ja: `SSM から ${instance.id} に接続できるのを待っています`,
    });
    await awaitSsm(ctx, instance.id);
    hosts.push(running);
  }
  return hosts;
}

/** Waits until SSM reaches the host, and looks in between whether that can happen at all. */
async function awaitSsm(ctx: StepContext, instanceId: string): Promise<void> {
  const since = ctx.clock.now().getTime();
  for (;;) {
    try {
      return await ctx.ports.shell.waitUntilOnline(instanceId, ssmTurnMs);
    } catch (error) {
      const waitedMs = ctx.clock.now().getTime() - since;
      if (!(error instanceof Lecture05Error && error.code === "WAIT_TIMED_OUT") || waitedMs >= bootTimeoutMs)
        throw error;
      const suspicion = await ctx.suspect(waitedMs);
      if (suspicion) {
        throw new Lecture05Error("INSTANCE_NOT_MANAGED", {
          what: {
            en: `SSM cannot reach ${instanceId}, so the waiting was ended`,
            ja: `SSM から ${instanceId} に接続できる見込みがないため、待機を終了しました`,
          },
          why: {
            en: `${suspicion.code}: ${suspicion.cause.en}`,
            ja: `${suspicion.code}: ${suspicion.cause.ja}`,
          },
          next: ["lecture05 step ec2"],
        });
      }
      const seconds = Math.round(waitedMs / 1000);
      ctx.progress({
        en: `waiting for SSM to reach ${instanceId}: not online yet (${seconds} s)`,
        ja: `SSM から ${instanceId} に接続できるのを待っています: まだオンラインではありません (${seconds} 秒)`,
      });
    }
  }
}

/** A zone may have no machine of this type left; the other one has the same subnets, routes and groups. */
async function runWhereThereIsRoom(
  ctx: StepContext,
  name: string,
  subnets: readonly Subnet[],
  place: Pick<InstanceRequest, "groupIds" | "instanceProfileName">,
): Promise<Instance> {
  for (const [index, subnet] of subnets.entries()) {
    try {
      return await runHost(ctx, name, { ...place, subnetId: subnet.id });
    } catch (error) {
      const next = subnets[index + 1];
      if (!next || !(error instanceof Lecture05Error && error.code === "INSTANCE_CAPACITY")) throw error;
      const type = ctx.settings.instanceType;
      ctx.progress({
        en: `no free ${type} in ${subnet.availabilityZone}: launching ${name} in ${next.availabilityZone} instead`,
        ja: `${subnet.availabilityZone} に ${type} の空きがないため、${name} を ${next.availabilityZone} で起動します`,
      });
    }
  }
  throw new Error("no public subnet");
}

async function runHost(
  ctx: StepContext,
  name: string,
  place: Pick<InstanceRequest, "subnetId" | "groupIds" | "instanceProfileName">,
): Promise<Instance> {
  const { compute } = ctx.ports;
  const { expiresAt } = ctx.settings;
  // An unknown type is refused by EC2 itself, in its own words.
  const architecture = (await compute.architectureOf(ctx.settings.instanceType)) ?? "amd64";
  const request = {
    imageId: await compute.resolveImage(imageParameterFor(architecture)),
    instanceType: ctx.settings.instanceType,
    ...place,
    userData: userData(expiresAt),
    volumeSizeGib,
    endsItself: expiresAt !== undefined,
  };
  ctx.progress({ en: `launching ${name}`, ja: `${name} を起動しています` });
  const launch = (): Promise<Instance> =>
    ctx.record.create(
      { type: "ec2:instance", name, parameters: request },
      (clientToken) =>
        compute.runInstance({ stack: ctx.stack, step: "ec2", name, expiresAt }, { ...request, clientToken }),
      (made) => made.id,
    );
  const launched = await launch();
  if (launched.state !== "terminated" && launched.state !== "shutting-down") return launched;
  // EC2 answers the token of an instance that has ended with just that one. Once it is noted as gone, the token is another.
  await ctx.record.gone("ec2:instance", launched.id);
  return launch();
}
