import { randomBytes } from "node:crypto";
import { prepareImage } from "../remote/prepare-image.ts";
import { alb } from "./alb.ts";
import { passwordNameFor } from "./database/names.ts";
import { ec2 } from "./ec2.ts";
import { modulesOn } from "./host-modules.ts";
import { ensureImage } from "./host-image.ts";
import { bearsMark, hostScriptsPlan, hostsWithout, runOnHosts } from "./host-scripts.ts";
import { requireTimeLeft } from "./redundancy/end.ts";
import { ensureGroup } from "./redundancy/group.ts";
import { destroyRedundancy } from "./redundancy/destroy.ts";
import { goldenImage, removeOldImages } from "./redundancy/image.ts";
import { observe, sourceOf, type Observed } from "./redundancy/observe.ts";
import { redundancySchema, type RedundancyOutput } from "./redundancy/output.ts";
import { isBehind, planFor, wantedHosts } from "./redundancy/plan.ts";
import { refreshHosts } from "./redundancy/refresh.ts";
import { retire } from "./redundancy/retire.ts";
import { groupNameOf, secretNameOf } from "./redundancy/settings.ts";
import { ensureTemplate, launchSettings } from "./redundancy/template.ts";
import { verifyRedundancy } from "./redundancy/verify.ts";
import { isSettled, waitUntilServing } from "./redundancy/serving.ts";
import type { Step, StepContext } from "./step.ts";
import { together } from "./together.ts";

export const redundancy: Step<RedundancyOutput> = {
  name: "redundancy",
  title: { en: "Two or more hosts, in two Availability Zones", ja: "2 台以上のホストを 2 つの AZ に" },
  requires: ["database"],
  output: redundancySchema,

  scripts: async ({ stack }) => [
    prepareImage({ secretName: secretNameOf(stack), passwordName: passwordNameFor({ stack }) }),
  ],

  isThere: async ({ stack, ports }) =>
    (await ports.parameters.find(stack)).some(({ name }) => name === secretNameOf(stack)),

  async requireNames(ctx) {
    const name = groupNameOf(ctx.stack);
    await ctx.ports.autoScaling.findLaunchTemplate(ctx.stack, name);
    await ctx.ports.autoScaling.findGroup(ctx.stack, name);
  },

  async adopt(ctx) {
    const observed = await observe(ctx);
    const { group, template, images, hasSecret } = observed;
    const available = images.filter(({ state }) => state === "available");
    const image = available.find(({ step }) => step === goldenImage.step) ?? available[0];
    if (group) await ctx.record.found("autoscaling:group", "hosts", group.name);
    if (template) await ctx.record.found("ec2:launch-template", "hosts", template.id);
    if (image) await ctx.record.found("ec2:image", "golden", image.id);
    if (hasSecret) await ctx.record.found("ssm:parameter", "secret-key-base", secretNameOf(ctx.stack));
    if (!group || !template || !image || !hasSecret || !(await bearsMark(ctx, "redundancy"))) return undefined;
    // Its end has come.
    if (group.desired === 0) return undefined;
    return {
      groupName: group.name,
      launchTemplateId: template.id,
      launchTemplateVersion: template.version,
      imageId: image.id,
      secretName: secretNameOf(ctx.stack),
      hosts: group.desired,
    };
  },

  async plan(ctx) {
    const [observed, scripts] = await Promise.all([observe(ctx), redundancy.scripts(ctx)]);
    const { autoScaling } = ctx.ports;
    const { group } = observed;
    const [failure, end, ofScripts] = await together([
      group && !isSettled(group, group.desired) ? autoScaling.lastFailure(group.name) : undefined,
      group && autoScaling.findEnd(group.name),
      hostScriptsPlan(ctx, "redundancy", scripts),
    ]);
    return [...ofScripts, ...planFor(ctx, observed, { hosts: hostsIn(ctx, observed), end, failure })];
  },

  replacesHosts: true,
  async apply(ctx) {
    requireTimeLeft(ctx);
    const { hosts: present } = ctx.output(ec2);
    const scripts = await redundancy.scripts(ctx);
    // With nothing to change it is a repair: a proof has failed.
    const isRepair = (await redundancy.plan(ctx)).length === 0;
    await ensureSecret(ctx);
    const unprepared = isRepair ? present : await hostsWithout(ctx, "redundancy", scripts, present);
    await runOnHosts(ctx, "redundancy", unprepared, scripts);

    const observed = await observe(ctx);
    const source = sourceOf(observed);
    if (!source) throw new Error("there is no host to make an image of");
    const hosts = hostsIn(ctx, observed);
    const image = await ensureImage(ctx, goldenImage, observed.images, source);
    const template = await ensureTemplate(ctx, observed.template, launchSettings(ctx, image.id, source));
    await ensureGroup(ctx, observed, template, hosts);
    await serve(ctx, observed, hosts);
    const { group } = await observe(ctx);
    if (group && isBehind({ group, template }, ctx.settings.deployment)) {
      await refreshHosts(ctx, group.name, template);
      await serve(ctx, observed, hosts);
    }
    for (const other of observed.others) await retire(ctx, other);
    await removeOldImages(ctx, image.id, ctx.settings.deployment?.previousImageId);
    return {
      groupName: groupNameOf(ctx.stack),
      launchTemplateId: template.id,
      launchTemplateVersion: template.version,
      imageId: image.id,
      secretName: secretNameOf(ctx.stack),
      hosts,
    };
  },

  verify: verifyRedundancy,
  // They are all of one image.
  modules: async (ctx) => modulesOn(ctx, ctx.output(ec2).hosts.slice(0, 1)),
  destroy: destroyRedundancy,
};

const hostsIn = (ctx: StepContext, observed: Observed): number =>
  wantedHosts(ctx, observed, ctx.findOutput(redundancy)?.hosts);

const serve = (ctx: StepContext, { others }: Observed, hosts: number) =>
  waitUntilServing(ctx, {
    name: groupNameOf(ctx.stack),
    targetGroupArn: ctx.output(alb).targetGroupArn,
    hosts,
    others: others.map(({ id }) => id),
  });

/** Made here and handed to Parameter Store only: neither the state nor a command to a host ever holds it. */
async function ensureSecret(ctx: StepContext): Promise<void> {
  const { parameters } = ctx.ports;
  const name = secretNameOf(ctx.stack);
  const resource = { type: "ssm:parameter", name: "secret-key-base" } as const;
  if ((await parameters.find(ctx.stack)).some((it) => it.name === name)) {
    return ctx.record.found(resource.type, resource.name, name);
  }
  const identity = {
    stack: ctx.stack,
    step: "redundancy",
    name: "secret-key-base",
    expiresAt: ctx.settings.expiresAt,
  } as const;
  await ctx.record.create(
    resource,
    () => parameters.putSecret(identity, name, randomBytes(64).toString("hex")),
    () => name,
  );
}
