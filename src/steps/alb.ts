import { z } from "zod";
import type { Certificate } from "../ports/certificates.ts";
import type { HealthCheck, LoadBalancer, TargetGroup, Listener } from "../ports/load-balancing.ts";
import { allowHost } from "../remote/allow-host.ts";
import { ec2 } from "./ec2.ts";
import { allowedSources } from "./ec2/allowed-sources.ts";
import { compareRules, tcp } from "./ec2/plan.ts";
import { modulesOn } from "./host-modules.ts";
import { bearsMark, hostScriptsPlan, runOnHosts } from "./host-scripts.ts";
import type { Step, StepContext } from "./step.ts";
import { adoptAddresses, ensureAddresses, planAddresses } from "./alb/addresses.ts";
import { destroyAlb } from "./alb/destroy.ts";
import { breakTarget } from "./alb/break.ts";
import { kindOf, requireKind, targetProtocolOf } from "./alb/kind.ts";
import { verifyAlb } from "./alb/verify.ts";
import { verifyNlb } from "./alb/verify-nlb.ts";
import { findCertificate } from "./alb/certificate.ts";
import { hostNameOf } from "./alb/dns.ts";
import { findListener, isAsWanted, listenerChanges, needlessListener, wantedListeners } from "./alb/listeners.ts";
import { deregistrationDelaySeconds, healthCheck, httpsPort, port } from "./alb/settings.ts";
import { waitUntilServed } from "./alb/served.ts";
import { waitUntilHealthy } from "./alb/health.ts";
import { isMember } from "./redundancy/members.ts";
import { untranslated } from "../text.ts";

const outputSchema = z.object({
  url: z.string(),
  dnsName: z.string(),
  loadBalancerArn: z.string(),
  targetGroupArn: z.string(),
  /** Absent: an application load balancer. */
  kind: z.literal("nlb").optional(),
  /** Of a network load balancer: its Elastic IPs, one for each zone. */
  addresses: z.array(z.string()).optional(),
  /** "ELB app/NAME/ID" or "ELB net/NAME/ID", the description of the load balancer's network interfaces. */
  interfaceDescription: z.string(),
  /** The certificate with its names; absent: plain HTTP. */
  certificate: z.object({ arn: z.string(), names: z.array(z.string()) }).optional(),
});

export type AlbOutput = z.infer<typeof outputSchema>;

const activeTimeoutMs = 10 * 60_000;

const albTitle = { en: "Application Load Balancer in front", ja: "ELB(ALB)を追加" };

interface Observed {
  readonly loadBalancer: LoadBalancer | undefined;
  readonly targetGroup: TargetGroup | undefined;
  readonly listeners: readonly Listener[];
}

export const alb: Step<AlbOutput> = {
  name: "alb",
  title: albTitle,
  titleFor: ({ loadBalancer }) =>
    loadBalancer === "nlb" ? { en: "Network Load Balancer in front", ja: "ELB(NLB)を追加" } : albTitle,
  requires: ["nginx-puma"],
  output: outputSchema,
  facts: ({ url, certificate, kind }) => ({ url, certificateArn: certificate?.arn, loadBalancer: kind }),

  async scripts({ findOutput, settings }) {
    const { dnsName = "LOAD-BALANCER-DNS-NAME", certificate, addresses = [] } = findOutput(alb) ?? {};
    if (settings.certificateArn === undefined) return [allowHost(dnsName, undefined, { addresses })];
    // Its names are known to ACM, which is not asked here.
    const names = certificate?.arn === settings.certificateArn ? certificate.names : ["CERTIFICATE-NAME"];
    return [allowHost(dnsName, names)];
  },

  async requireNames(ctx) {
    await observe(ctx);
  },

  async adopt(ctx) {
    const { loadBalancer, targetGroup, listeners } = await observe(ctx);
    if (loadBalancer?.kind === "nlb") await adoptAddresses(ctx);
    const listener = listeners.find((candidate) => candidate.port === port);
    const https = listeners.find((candidate) => candidate.port === httpsPort);
    if (targetGroup) await ctx.record.found("elbv2:target-group", "hosts", targetGroup.arn);
    if (loadBalancer) await ctx.record.found("elbv2:load-balancer", "load-balancer", loadBalancer.arn);
    if (listener) await ctx.record.found("elbv2:listener", "http", listener.arn);
    if (https) await ctx.record.found("elbv2:listener", "https", https.arn);
    if (!loadBalancer || !targetGroup || !listener || !(await bearsMark(ctx, "alb"))) return undefined;
    const { certificateArn } = https ?? {};
    const certificate = certificateArn === undefined ? undefined : await ctx.ports.certificates.find(certificateArn);
    return outputOf(ctx, loadBalancer, targetGroup, certificate);
  },

  async plan(ctx) {
    const [observed, certificate, changes] = await Promise.all([
      observe(ctx),
      findCertificate(ctx),
      planAddresses(ctx),
    ]);
    requireKind(ctx, observed.loadBalancer, observed.targetGroup);
    if (!observed.loadBalancer) changes.push({ action: "create", subject: "elbv2:load-balancer load-balancer" });
    if (!observed.targetGroup) changes.push({ action: "create", subject: "elbv2:target-group hosts" });
    else if (!sameHealthCheck(observed.targetGroup.healthCheck)) {
      changes.push({ action: "update", subject: "elbv2:target-group hosts" });
    }
    changes.push(...listenerChanges(observed.listeners, observed.targetGroup?.arn, certificate?.arn, kindOf(ctx)));
    for (const instanceId of await unregisteredHosts(ctx, observed.targetGroup)) {
      changes.push({
        action: "update",
        subject: `elbv2:target-group hosts`,
        reason: untranslated(`+ ${instanceId}`),
      });
    }
    const scripts = observed.loadBalancer ? [allowScript(observed.loadBalancer, certificate)] : [];
    return [...changes, ...(await hostScriptsPlan(ctx, "alb", scripts))];
  },

  ahead: {
    after: "ec2",
    async begin(ctx) {
      await ensureLoadBalancer(ctx, await ctx.ports.loadBalancing.findLoadBalancer(ctx.stack, ctx.stack));
    },
  },

  async apply(ctx) {
    const { loadBalancing } = ctx.ports;
    const { vpcId, loadBalancerGroupId, hosts } = ctx.output(ec2);
    const [observed, certificate] = await Promise.all([observe(ctx), findCertificate(ctx)]);
    requireKind(ctx, observed.loadBalancer, observed.targetGroup);
    const kind = kindOf(ctx);
    const protocol = targetProtocolOf(kind);
    const name = ctx.stack;
    await openPorts(ctx, loadBalancerGroupId);

    ctx.progress({ en: "creating the target group", ja: "ターゲットグループを作成しています" });
    const targetGroup = await ensure(ctx, "elbv2:target-group", "hosts", observed.targetGroup, () =>
      loadBalancing.createTargetGroup(identityOf(ctx, "hosts"), { name, vpcId, port, protocol, healthCheck }),
    );
    if (!sameHealthCheck(targetGroup.healthCheck)) await loadBalancing.updateHealthCheck(targetGroup.arn, healthCheck);
    await loadBalancing.setDeregistrationDelay(targetGroup.arn, deregistrationDelaySeconds);

    const made = await ensureLoadBalancer(ctx, observed.loadBalancer);
    if (kind === "nlb") {
      await loadBalancing.keepClientAddress(targetGroup.arn, true);
      await loadBalancing.balanceAcrossZones(made.arn);
    }
    const wanted = wantedListeners(targetGroup.arn, certificate?.arn, kind);
    for (const one of wanted) {
      const known = findListener(observed.listeners, one);
      await ensure(ctx, "elbv2:listener", one.name, known, () =>
        loadBalancing.createListener(identityOf(ctx, one.name), made.arn, one.settings),
      );
    }
    for (const instanceId of await unregisteredHosts(ctx, targetGroup)) {
      await loadBalancing.registerTarget(targetGroup.arn, instanceId, port);
    }
    for (const target of await loadBalancing.targetHealth(targetGroup.arn)) {
      // Where nothing of ours listens; it would stay unhealthy for ever.
      if (target.port === port || target.state === "draining") continue;
      await loadBalancing.deregisterTarget(targetGroup.arn, target.instanceId, target.port);
    }

    // AWS sets it up for minutes; its name is known from the start, so the hosts learn it meanwhile.
    await runOnHosts(ctx, "alb", hosts, [allowScript(made, certificate)]);
    ctx.progress({
      en: "waiting for the load balancer to be active",
      ja: "ロードバランサーが有効になるのを待っています",
    });
    const loadBalancer = await loadBalancing.waitUntilActive(made.arn, activeTimeoutMs);
    // Where the name holds a port that was still to be chosen.
    if (loadBalancer.dnsName !== made.dnsName) {
      await runOnHosts(ctx, "alb", hosts, [allowScript(loadBalancer, certificate)]);
    }
    // Only now: Rails sends nobody to https any more, or answers there already.
    let isChanged = false;
    for (const one of wanted) {
      const known = findListener(observed.listeners, one);
      if (!known || isAsWanted(known, one)) continue;
      await loadBalancing.updateListener(known.arn, one.settings);
      isChanged = true;
    }
    const needless = needlessListener(observed.listeners, certificate?.arn);
    if (needless) {
      await loadBalancing.deleteListener(needless.arn);
      await ctx.record.gone("elbv2:listener", needless.arn);
    }
    if (certificate || isChanged) await waitUntilServed(ctx, loadBalancer.dnsName, certificate);
    await waitUntilHealthy(ctx, targetGroup.arn, kind);
    // What comes before its first healthy target is known everywhere is not answered at all.
    if (kind === "nlb") await waitUntilServed(ctx, loadBalancer.dnsName, certificate);
    return outputOf(ctx, loadBalancer, targetGroup, certificate);
  },

  verify: (ctx, output) => (output.kind === "nlb" ? verifyNlb(ctx, output) : verifyAlb(ctx, output)),
  breakAndRestore: breakTarget,
  modules: (ctx) => modulesOn(ctx, ctx.output(ec2).hosts),

  destroy: destroyAlb,
};

async function outputOf(
  ctx: StepContext,
  loadBalancer: LoadBalancer,
  targetGroup: TargetGroup,
  certificate: Certificate | undefined,
): Promise<AlbOutput> {
  const { dnsName, kind, addresses } = loadBalancer;
  return {
    ...(kind === "nlb" ? { kind, addresses: addresses.map(({ publicIp }) => publicIp) } : {}),
    url: certificate ? `https://${await publicName(ctx, certificate, dnsName)}` : `http://${dnsName}`,
    dnsName: loadBalancer.dnsName,
    loadBalancerArn: loadBalancer.arn,
    targetGroupArn: targetGroup.arn,
    interfaceDescription: `ELB ${loadBalancer.arn.split(":loadbalancer/")[1] ?? ""}`,
    ...(certificate ? { certificate: { arn: certificate.arn, names: [...certificate.names] } } : {}),
  };
}

const allowScript = ({ dnsName, addresses }: LoadBalancer, certificate: Certificate | undefined) =>
  allowHost(dnsName, certificate?.names, { addresses: addresses.map(({ publicIp }) => publicIp) });

async function ensureLoadBalancer(ctx: StepContext, known: LoadBalancer | undefined): Promise<LoadBalancer> {
  const { publicSubnetIds, loadBalancerGroupId } = ctx.output(ec2);
  const addresses = await ensureAddresses(ctx);
  if (!known) ctx.progress({ en: "creating the load balancer", ja: "ロードバランサーを作成しています" });
  return ensure(ctx, "elbv2:load-balancer", "load-balancer", known, () =>
    ctx.ports.loadBalancing.createLoadBalancer(identityOf(ctx, "load-balancer"), {
      name: ctx.stack,
      kind: kindOf(ctx),
      subnetIds: publicSubnetIds,
      groupIds: [loadBalancerGroupId],
      allocationIds: addresses.map(({ id }) => id),
    }),
  );
}

/** The certificate's name where DNS leads from it to the load balancer; until then the load balancer's own. */
async function publicName(ctx: StepContext, { names }: Certificate, dnsName: string): Promise<string> {
  const name = hostNameOf(names);
  const [there, own] = await Promise.all([ctx.ports.http.addresses(name), ctx.ports.http.addresses(dnsName)]);
  return there.some((address) => own.includes(address)) ? name : dnsName;
}

/** Step ec2 did it already, unless this step is carried out by itself. */
async function openPorts(ctx: StepContext, groupId: string): Promise<void> {
  const { network } = ctx.ports;
  const group = (await network.findSecurityGroups(ctx.stack)).find(({ id }) => id === groupId);
  const open = group?.ingress.filter(({ fromPort }) => fromPort === httpsPort) ?? [];
  const sources = ctx.settings.certificateArn === undefined ? [] : await allowedSources(ctx);
  const wanted = sources.map((cidr) => ({ ...tcp(httpsPort), source: { cidr } }));
  const { missing, excess } = compareRules(open, wanted);
  for (const rule of missing) await network.authorizeIngress(groupId, rule);
  for (const rule of excess) await network.revokeIngress(groupId, rule);
}

/** Throws NAME_TAKEN for a load balancer or target group of our name that is not ours. */
async function observe(ctx: StepContext): Promise<Observed> {
  const { loadBalancing } = ctx.ports;
  const [loadBalancer, targetGroup] = await Promise.all([
    loadBalancing.findLoadBalancer(ctx.stack, ctx.stack),
    loadBalancing.findTargetGroup(ctx.stack, ctx.stack),
  ]);
  const listeners = loadBalancer ? await loadBalancing.findListeners(loadBalancer.arn) : [];
  return { loadBalancer, targetGroup, listeners };
}

async function unregisteredHosts(ctx: StepContext, targetGroup: TargetGroup | undefined): Promise<string[]> {
  // A group registers its hosts itself, and takes them out.
  const members = (await ctx.ports.compute.findInstances(ctx.stack)).filter(isMember);
  const known = ctx.findOutput(ec2)?.hosts ?? [];
  const hosts = known.filter(({ instanceId }) => !members.some(({ id }) => id === instanceId));
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
