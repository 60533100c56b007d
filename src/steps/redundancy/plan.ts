import type { GroupEnd, GroupMember } from "../../ports/auto-scaling.ts";
import type { Deployment } from "../../state/deployment.ts";
import type { Change, StepContext } from "../step.ts";
import { ec2 } from "../ec2.ts";
import { endReason, hasOtherEnd } from "./end.ts";
import { imageOf } from "../host-image.ts";
import type { Observed } from "./observe.ts";
import { sourceOf } from "./observe.ts";
import { isSettled } from "./serving.ts";
import { defaultHosts } from "./settings.ts";
import { launchSettings, markOf } from "./template.ts";

/**
 * As many as were asked for, else as many as there are; somebody may have scaled the group by other means. One whose end
 * has come, or that is still to get its hosts, has none: then as many as there were.
 */
export function wantedHosts(
  { settings }: Pick<StepContext, "settings">,
  { group }: Pick<Observed, "group">,
  recorded: number | undefined,
): number {
  const present = group && group.desired > 0 ? group.desired : recorded;
  return settings.hosts ?? present ?? defaultHosts;
}

interface Known {
  readonly hosts: number;
  readonly end: GroupEnd | undefined;
  /** Why the group could not do its last work. */
  readonly failure: string | undefined;
}

/** What apply would do, short of what runs on hosts. */
export function planFor(ctx: StepContext, observed: Observed, { hosts, end, failure }: Known): Change[] {
  const { expiresAt } = ctx.settings;
  const { hasSecret, images, template, group, others } = observed;
  const changes: Change[] = [];
  const source = sourceOf(observed);
  const image = source && imageOf(images, source);
  if (!hasSecret) changes.push({ action: "create", subject: "ssm:parameter secret-key-base" });
  if (!image) changes.push({ action: "create", subject: "ec2:image golden" });
  const mark = source && image && ctx.findOutput(ec2) ? markOf(launchSettings(ctx, image.id, source)) : undefined;
  if (!template) changes.push({ action: "create", subject: "ec2:launch-template hosts" });
  else if (template.mark !== mark) changes.push({ action: "update", subject: "ec2:launch-template hosts" });
  if (!group) {
    const reason = { en: `${hosts} hosts in two zones`, ja: `2 つの AZ に ${hosts} 台` };
    changes.push({ action: "create", subject: "autoscaling:group hosts", reason });
  } else {
    if (group.desired !== hosts) {
      const reason = { en: `${group.desired} → ${hosts} hosts`, ja: `${group.desired} → ${hosts} 台` };
      changes.push({ action: "update", subject: "autoscaling:group hosts", reason });
    } else if (!isSettled(group, hosts)) {
      const seen = group.members.filter(({ lifecycle }) => lifecycle === "InService").length;
      const why = failure === undefined ? "" : `: ${failure}`;
      const reason = { en: `${seen} of ${hosts} hosts in service${why}`, ja: `稼働中 ${seen}/${hosts} 台${why}` };
      changes.push({ action: "update", subject: "autoscaling:group hosts", reason });
    }
    if (hasOtherEnd(end, expiresAt)) {
      changes.push({ action: "update", subject: "autoscaling:group hosts", reason: endReason(expiresAt) });
    }
    if (group.suspended.length > 0) {
      const reason = { en: "replaces hosts again", ja: "ホストの自動置き換えを再開" };
      changes.push({ action: "update", subject: "autoscaling:group hosts", reason });
    }
    if (isBehind(observed, ctx.settings.deployment)) {
      const reason = { en: "hosts of an older image", ja: "古いイメージのホスト" };
      changes.push({ action: "replace", subject: "autoscaling:group hosts", reason });
    }
  }
  for (const { name } of others) {
    const reason = { en: "the group has taken over", ja: "Auto Scaling グループに移行" };
    changes.push({ action: "delete", subject: `ec2:instance ${name}`, reason });
  }
  return changes;
}

/** Whether the group launches, or has, what is not of the present version of the template. */
export function isBehind(
  { group, template }: Pick<Observed, "group" | "template">,
  deployment: Deployment | undefined,
): boolean {
  if (!group || !template) return false;
  const versions = group.members.map((member) => versionOf(member, deployment));
  return [group.templateVersion, ...versions].some((version) => version !== template.version);
}

/** A host that was brought to a version where it stands is as good as one that was launched from it. */
export function versionOf(
  { instanceId, templateVersion }: GroupMember,
  deployment: Deployment | undefined,
): number | undefined {
  const { inPlace } = deployment ?? {};
  return inPlace?.instanceIds.includes(instanceId) === true ? inPlace.templateVersion : templateVersion;
}
