import type { GroupEnd } from "../../ports/auto-scaling.ts";
import { noExpiry } from "../../ports/expiry.ts";
import { isExpired } from "../../records/expiry.ts";
import type { LocalizedText } from "../../text.ts";
import { stackExpired } from "../expired.ts";
import type { StepContext } from "../step.ts";
import { groupNameOf } from "./settings.ts";

// Why the end is the group's and no host's own: docs/decisions/0020-the-end-of-a-group.md.

export const hasOtherEnd = (end: GroupEnd | undefined, expiresAt: string | undefined): boolean =>
  end?.at !== expiresAt || end?.endsAll === false;

/** Sets, moves or takes away the group's end. False when it was as wanted. */
export async function ensureEnd(ctx: StepContext): Promise<boolean> {
  const { autoScaling } = ctx.ports;
  const { expiresAt } = ctx.settings;
  const name = groupNameOf(ctx.stack);
  if (!hasOtherEnd(await autoScaling.findEnd(name), expiresAt)) return false;
  ctx.progress(
    expiresAt === undefined
      ? { en: "taking the group's end away", ja: "グループの終了時刻を取り消しています" }
      : { en: "setting the end of the group", ja: "グループの終了時刻を設定しています" },
  );
  await autoScaling.setEnd(name, expiresAt);
  return true;
}

/** Auto Scaling takes no end that has passed, and what it launched from then on nobody would end. */
export function requireTimeLeft({ settings: { expiresAt }, clock }: StepContext): void {
  if (expiresAt !== undefined && isExpired(expiresAt, clock.now())) throw stackExpired(expiresAt, clock.now(), []);
}

export const endReason = (expiresAt: string | undefined): LocalizedText => ({
  en: `ends at ${expiresAt ?? noExpiry}`,
  ja: `終了時刻 ${expiresAt ?? "なし"}`,
});

export const endWords = (end: GroupEnd | undefined): string =>
  end === undefined ? "no end" : `${end.at}${end.endsAll ? "" : ", not all hosts"}`;
