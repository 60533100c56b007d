import { z } from "zod";
import type { HealthCheck, LoadBalancer, TargetGroup, Listener } from "../ports/load-balancing.ts";
import { allowHost } from "../remote/allow-host.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import type { Change, Step, StepContext } from "./step.ts";
import { destroyAlb } from "./alb/destroy.ts";
import { breakTarget } from "./alb/break.ts";
import { verifyAlb } from "./alb/verify.ts";
import { deregistrationDelaySeconds, healthCheck, port } from "./alb/settings.ts";
import { waitUntilHealthy } from "./alb/health.ts";
import { untranslated } from "../text.ts";

const outputSchema = z.object({
  url: z.string(),
  dnsName: z.string(),
  loadBalancerArn: z.string(),
  targetGroupArn: z.string(),
  /** "ELB app/NAME/ID", the description of the load balancer's network interfaces. */
  interfaceDescription: z.string(),
});

export type AlbOutput = z.infer<typeof outputSchema>;

const activeTimeoutMs = 10 * 60_000;

interface Observed {
  readonly loadBalancer: LoadBalancer | undefined;
  readonly targetGroup: TargetGroup | undefined;
  readonly listener: Listener | undefined;
}

export const alb: Step<AlbOutput> = {
  name: "alb",
  title: { en: "Application Load Balancer in front", ja: "ELB(ALB)を追加" },
  requires: ["nginx-puma"],
  output: outputSchema,
  facts: ({ url }) => ({ url }),

  async scripts({ findOutput }) {
    return [allowHost(findOutput(alb)?.dnsName ?? "LOAD-BALANCER-DNS-NAME")];
  },

  async requireNames(ctx) {
    await observe(ctx);
  },

  async adopt(ctx) {
    const { loadBalancer, targetGroup, listener } = await observe(ctx);
    if (targetGroup) await ctx.record.found("elbv2:target-group", "hosts", targetGroup.arn);
    if (loadBalancer) await ctx.record.found("elbv2:load-balancer", "load-balancer", loadBalancer.arn);
    if (listener) await ctx.record.found("elbv2:listener", "http", listener.arn);
    if (!loadBalancer || !targetGroup || !listener || !(await bearsMark(ctx, "alb"))) return undefined;
    return outputOf(loadBalancer, targetGroup);
  },

  async plan(ctx) {
    const observed = await observe(ctx);
    const changes: Change[] = [];
    if (!observed.loadBalancer) changes.push({ action: "create", subject: "elbv2:load-balancer load-balancer" });
    if (!observed.targetGroup) changes.push({ action: "create", subject: "elbv2:target-group hosts" });
    else if (!sameHealthCheck(observed.targetGroup.healthCheck)) {
      changes.push({ action: "update", subject: "elbv2:target-group hosts" });
    }
    if (!observed.listener) changes.push({ action: "create", subject: "elbv2:listener http" });
    for (const instanceId of await unregisteredHosts(ctx, observed.targetGroup)) {
      changes.push({
        action: "update",
        subject: `elbv2:target-group hosts`,
        reason: untranslated(`+ ${instanceId}`),
      });
    }
    const scripts = observed.loadBalancer ? [allowHost(observed.loadBalancer.dnsName)] : [];
    return [...changes, ...(await hostScriptsPlan(ctx, "alb", scripts))];
  },

  async apply(ctx) {
    const { loadBalancing } = ctx.ports;
    const { vpcId, publicSubnetIds, loadBalancerGroupId, hosts } = ctx.output(ec2);
    const observed = await observe(ctx);
    const name = ctx.stack;

    ctx.progress({ en: "creating the target group", ja: "ターゲットグループを作成しています" });
    const targetGroup = await ensure(ctx, "elbv2:target-group", "hosts", observed.targetGroup, () =>
      loadBalancing.createTargetGroup(identityOf(ctx, "hosts"), { name, vpcId, port, healthCheck }),
    );
    if (!sameHealthCheck(targetGroup.healthCheck)) await loadBalancing.updateHealthCheck(targetGroup.arn, healthCheck);
    await loadBalancing.setDeregistrationDelay(targetGroup.arn, deregistrationDelaySeconds);

    ctx.progress({ en: "creating the load balancer", ja: "ロードバランサーを作成しています" });
    const made = await ensure(ctx, "elbv2:load-balancer", "load-balancer", observed.loadBalancer, () =>
      loadBalancing.createLoadBalancer(identityOf(ctx, "load-balancer"), {
        name,
        subnetIds: publicSubnetIds,
        groupIds: [loadBalancerGroupId],
      }),
    );
    await ensure(ctx, "elbv2:listener", "http", observed.listener, () =>
      loadBalancing.createListener(identityOf(ctx, "http"), {
        loadBalancerArn: made.arn,
        port,
        targetGroupArn: targetGroup.arn,
      }),
    );
    for (const instanceId of await unregisteredHosts(ctx, targetGroup)) {
      await loadBalancing.registerTarget(targetGroup.arn, instanceId, port);
    }
    for (const target of await loadBalancing.targetHealth(targetGroup.arn)) {
      // Where nothing of ours listens; it would stay unhealthy for ever.
      if (target.port === port || target.state === "draining") continue;
      await loadBalancing.deregisterTarget(targetGroup.arn, target.instanceId, target.port);
    }

    // AWS sets it up for minutes; its name is known from the start, so the hosts learn it meanwhile.
    await runOnHosts(ctx, "alb", hosts, [allowHost(made.dnsName)]);
    ctx.progress({
      en: "waiting for the load balancer to be active",
      ja: "ロードバランサーが有効になるのを待っています",
    });
    const loadBalancer = await loadBalancing.waitUntilActive(made.arn, activeTimeoutMs);
    // Where the name holds a port that was still to be chosen.
    if (loadBalancer.dnsName !== made.dnsName) await runOnHosts(ctx, "alb", hosts, [allowHost(loadBalancer.dnsName)]);
    await waitUntilHealthy(ctx, targetGroup.arn);
    return outputOf(loadBalancer, targetGroup);
  },

  verify: verifyAlb,
  breakAndRestore: breakTarget,
  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),

  destroy: destroyAlb,
};

function outputOf(loadBalancer: LoadBalancer, targetGroup: TargetGroup): AlbOutput {
  return {
    url: `http://${loadBalancer.dnsName}`,
    dnsName: loadBalancer.dnsName,
    loadBalancerArn: loadBalancer.arn,
    targetGroupArn: targetGroup.arn,
    interfaceDescription: `ELB ${loadBalancer.arn.split(":loadbalancer/")[1] ?? ""}`,
  };
}

/** Throws NAME_TAKEN for a load balancer or target group of our name that is not ours. */
async function observe(ctx: StepContext): Promise<Observed> {
  const { loadBalancing } = ctx.ports;
  const [loadBalancer, targetGroup] = await Promise.all([
    loadBalancing.findLoadBalancer(ctx.stack, ctx.stack),
    loadBalancing.findTargetGroup(ctx.stack, ctx.stack),
  ]);
  const listeners = loadBalancer ? await loadBalancing.findListeners(loadBalancer.arn) : [];
  return { loadBalancer, targetGroup, listener: listeners.find((listener) => listener.port === port) };
}

async function unregisteredHosts(ctx: StepContext, targetGroup: TargetGroup | undefined): Promise<string[]> {
  const hosts = ctx.findOutput(ec2)?.hosts ?? [];
  if (!targetGroup) return hosts.map(({ instanceId }) => instanceId);
  const health = await ctx.ports.loadBalancing.targetHealth(targetGroup.arn);
  const registered = health
    .filter((target) => target.state !== "draining" && target.port === port)
    .map(({ instanceId }) => instanceId);
  return hosts.map(({ instanceId }) => instanceId).filter((instanceId) => !registered.includes(instanceId));
}

async function ensure<T extends { readonly arn: string }>(
  ctx: StepContext,
  type: "elbv2:load-balancer" | "elbv2:target-group" | "elbv2:listener",
  name: string,
  known: T | undefined,
  create: () => Promise<T>,
): Promise<T> {
  if (known) {
    await ctx.record.found(type, name, known.arn);
    return known;
  }
  return ctx.record.create({ type, name }, create, (made) => made.arn);
}

const identityOf = ({ stack, settings: { expiresAt } }: StepContext, name: string) =>
  ({ stack, step: "alb", name, expiresAt }) as const;

const sameHealthCheck = (present: HealthCheck): boolean =>
  (Object.keys(healthCheck) as (keyof HealthCheck)[]).every((key) => present[key] === healthCheck[key]);
