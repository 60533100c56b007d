import { createHash } from "node:crypto";
import type { LaunchSettings, LaunchTemplate } from "../../ports/auto-scaling.ts";
import type { Instance } from "../../ports/compute.ts";
import { userData } from "../../remote/user-data.ts";
import { ec2 } from "../ec2.ts";
import { volumeSizeGib } from "../ec2/hosts.ts";
import { roleNameOf } from "../ec2/observe.ts";
import type { StepContext } from "../step.ts";
import { recipesOn } from "../host-image.ts";
import { groupNameOf } from "./settings.ts";

/** What the group's hosts are launched with: as the first one was, from the image of it. */
export function launchSettings(ctx: StepContext, imageId: string, source: Instance): LaunchSettings {
  return {
    imageId,
    instanceType: ctx.settings.instanceType,
    groupIds: [ctx.output(ec2).hostGroupId],
    instanceProfileName: source.profileName ?? roleNameOf(ctx.stack),
    // Without an end: it is the group's, and moving it must not ask for other hosts.
    userData: userData(),
    volumeSizeGib,
    tags: recipesOn(source),
  };
}

export const markOf = (settings: LaunchSettings): string =>
  createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16);

/** The launch template with a version of just these settings. */
export async function ensureTemplate(
  ctx: StepContext,
  known: LaunchTemplate | undefined,
  settings: LaunchSettings,
): Promise<LaunchTemplate> {
  const { autoScaling } = ctx.ports;
  const name = groupNameOf(ctx.stack);
  const mark = markOf(settings);
  const identity = { stack: ctx.stack, step: "redundancy", name: "host", expiresAt: ctx.settings.expiresAt } as const;
  if (!known) {
    ctx.progress({ en: "creating the launch template", ja: "起動テンプレートを作成しています" });
    const made = await ctx.record.create(
      { type: "ec2:launch-template", name: "hosts", parameters: { mark } },
      (clientToken) => autoScaling.createLaunchTemplate(identity, { name, mark, settings, clientToken }),
      ({ id }) => id,
    );
    if (made.mark === mark) return made;
    return autoScaling.createLaunchTemplateVersion(identity, made, { mark, settings });
  }
  await ctx.record.found("ec2:launch-template", "hosts", known.id);
  if (known.mark === mark) return known;
  ctx.progress({
    en: "creating a version of the launch template",
    ja: "起動テンプレートの新しいバージョンを作成しています",
  });
  return autoScaling.createLaunchTemplateVersion(identity, known, { mark, settings });
}
