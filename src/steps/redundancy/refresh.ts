import { Lecture05Error } from "../../errors.ts";
import type { LaunchTemplate } from "../../ports/auto-scaling.ts";
import { untranslated } from "../../text.ts";
import type { StepContext } from "../step.ts";
import { bakeSeconds, warmupSeconds } from "./settings.ts";

const pollMs = 2000;
const timeoutMs = 60 * 60_000;
const underWay = ["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"];

/**
 * Replaces the group's hosts by others of the template's present version, one healthy before another goes. AWS puts the
 * old ones back by itself when the new ones do not become, or stay, healthy.
 */
export async function refreshHosts(ctx: StepContext, name: string, template: LaunchTemplate): Promise<void> {
  const { autoScaling } = ctx.ports;
  const request = { templateId: template.id, templateVersion: template.version, warmupSeconds, bakeSeconds };
  const id = await autoScaling.startRefresh(name, request);
  const since = ctx.clock.now().getTime();
  for (;;) {
    const refresh = await autoScaling.findRefresh(name, id);
    const elapsedMs = ctx.clock.now().getTime() - since;
    const status = refresh?.status ?? "gone";
    if (status === "Successful") return;
    if (!underWay.includes(status) || elapsedMs >= timeoutMs) throw failed(status, refresh?.reason);
    const seconds = Math.round(elapsedMs / 1000);
    ctx.progress({
      en: `instance refresh: ${status}, ${refresh?.percentage ?? 0} % (${seconds} s)`,
      ja: `インスタンスの更新: ${status}、${refresh?.percentage ?? 0} % (${seconds} 秒)`,
    });
    await ctx.clock.sleep(pollMs);
  }
}

function failed(status: string, reason: string | undefined): Lecture05Error {
  return new Lecture05Error("AWS_REQUEST_FAILED", {
    what: {
      en: "The hosts could not be replaced by those of the new image",
      ja: "新しいイメージのホストに置き換えられませんでした",
    },
    why: untranslated([status, reason].filter(Boolean).join(": ")),
    next: ["lecture05 diagnose", "lecture05 step redundancy"],
  });
}
