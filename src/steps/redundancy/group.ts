import type { GroupRequest, LaunchTemplate } from "../../ports/auto-scaling.ts";
import { alb } from "../alb.ts";
import { ec2 } from "../ec2.ts";
import type { StepContext } from "../step.ts";
import { ensureEnd, requireTimeLeft } from "./end.ts";
import type { Observed } from "./observe.ts";
import { graceSeconds, groupNameOf, mostHosts, warmupSeconds } from "./settings.ts";

/** The group with so many hosts. One that has some keeps its version of the template: what it has is replaced in rounds. */
export async function ensureGroup(
  ctx: StepContext,
  { group }: Observed,
  template: LaunchTemplate,
  hosts: number,
): Promise<void> {
  const { autoScaling } = ctx.ports;
  const name = groupNameOf(ctx.stack);
  const isEmpty = !group || group.members.length === 0;
  const version = isEmpty ? template.version : (group.templateVersion ?? template.version);
  const request = requestFor(ctx, template, version, hosts);
  const { expiresAt } = ctx.settings;
  const identity = { stack: ctx.stack, step: "redundancy", name: "hosts", expiresAt } as const;
  requireTimeLeft(ctx);
  // One with an end gets hosts only after it: cut short anywhere, none runs without an end.
  const first = expiresAt === undefined ? hosts : 0;
  if (group) await ctx.record.found("autoscaling:group", "hosts", name);
  else {
    ctx.progress({ en: "creating the Auto Scaling group", ja: "Auto Scaling グループを作成しています" });
    await ctx.record.create(
      { type: "autoscaling:group", name: "hosts" },
      () => autoScaling.createGroup(identity, { ...request, hosts: first }),
      () => name,
    );
  }
  const isMoved = await ensureEnd(ctx);
  // Step ec2 does it, unless this step is carried out by itself.
  if (group && isMoved) await ctx.ports.expiry.tag(ctx.stack, expiresAt);
  const { desired, minimum, suspended } = group ?? { desired: first, minimum: first, suspended: [] };
  if (desired !== hosts || minimum !== hosts) await autoScaling.updateGroup(request);
  if (suspended.length > 0) await autoScaling.holdReplacement(name, false);
}

/** New hosts are launched from the template's present version from now on; those that there are stay as they are. */
export const launchFrom = (ctx: StepContext, template: LaunchTemplate, hosts: number): Promise<void> =>
  ctx.ports.autoScaling.updateGroup(requestFor(ctx, template, template.version, hosts));

const requestFor = (
  ctx: StepContext,
  template: LaunchTemplate,
  templateVersion: number,
  hosts: number,
): GroupRequest => ({
  name: groupNameOf(ctx.stack),
  templateId: template.id,
  templateVersion,
  subnetIds: ctx.output(ec2).publicSubnetIds,
  targetGroupArn: ctx.output(alb).targetGroupArn,
  hosts,
  maximum: mostHosts,
  graceSeconds,
  warmupSeconds,
});
