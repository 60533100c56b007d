import { Lecture05Error } from "../errors.ts";
import type { Blocker } from "../ports/blocker.ts";
import type { DeleteResult } from "../ports/identity.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { blockersText } from "./blocker-text.ts";
import type { DestroyOutcome, Leftover, ResourceType, StepContext } from "./step.ts";

/** One deletion, in the order in which things hang on each other. */
export interface Removal {
  readonly type: ResourceType;
  readonly id: string;
  remove(): Promise<DeleteResult>;
  /** What stands in the way, asked when the deletion is refused. */
  blockers?(): Promise<readonly Blocker[]>;
  /** Whether this blocker goes by itself in a while, so that waiting for it makes sense. Default: it does not. */
  passes?(blocker: Blocker): boolean;
}

/** How long a refused deletion is tried again, by what it is refused for. */
const patienceMs = {
  /** AWS lets go of a load balancer's network interfaces minutes after the load balancer (terraform#3758). */
  passing: 10 * 60_000,
  /** Nothing to be seen that stands in the way: AWS has not noticed yet that something else is gone. */
  unknown: 2 * 60_000,
  /** Somebody's: it will not go, but what was deleted just now may still be listed for a moment. */
  lasting: 10_000,
} as const;
/** Often at first; what takes minutes need not be asked for every second, AWS limits the rate of calls. */
const pollMs = (elapsedMs: number): number => (elapsedMs < 10_000 ? 1000 : 5000);

/**
 * Deletes in order and goes on after a failure. Waits for what is still in use as long as that helps, and says for what.
 * `before`: what could not be deleted earlier in the same step.
 */
export async function tearDown(
  ctx: StepContext,
  removals: readonly Removal[],
  before: readonly Leftover[] = [],
): Promise<DestroyOutcome> {
  const deleted: { type: ResourceType; id: string }[] = [];
  const leftovers: Leftover[] = [];
  const failures: unknown[] = [];
  for (const removal of removals) {
    const { type, id } = removal;
    // Nothing new is begun after a Ctrl-C; the clock says so in the engine's words.
    if (ctx.signal.aborted) await ctx.clock.sleep(0);
    ctx.progress({ en: `deleting ${type} ${id}`, ja: `${type} ${id} を削除しています` });
    try {
      const outcome = await removeWhenFree(ctx, removal, [...before, ...leftovers]);
      if (typeof outcome === "object") {
        leftovers.push(outcome);
        continue;
      }
      if (outcome === "deleted") deleted.push({ type, id });
    } catch (error) {
      if (ctx.signal.aborted) throw error;
      leftovers.push({ type, id, reason: reasonOf(error), blockers: [] });
      continue;
    }
    // A state that cannot be saved is no reason to let things stand: they are found by their tags.
    await ctx.record.gone(type, id).catch((error: unknown) => failures.push(error));
  }
  return { deleted, leftovers, failures };
}

async function removeWhenFree(
  ctx: StepContext,
  removal: Removal,
  stuck: readonly Leftover[],
): Promise<"deleted" | "absent" | Leftover> {
  const { type, id } = removal;
  const since = ctx.clock.now().getTime();
  let told = "";
  for (;;) {
    const result = await removal.remove();
    if (result !== "in-use") return result;
    // Who may not look sees none; the deletion is refused all the same.
    const blockers = (await removal.blockers?.().catch(() => [])) ?? [];
    const elapsedMs = ctx.clock.now().getTime() - since;
    const seconds = Math.round(elapsedMs / 1000);
    const inUse = inUseText(blockers, ctx.stack);
    if (elapsedMs >= patienceFor(removal, blockers, stuck)) {
      const reason = {
        en: `${inUse.en}${seconds > 0 ? `; waited ${seconds} s` : ""}`,
        ja: `${inUse.ja}${seconds > 0 ? ` (${seconds} 秒待ちました)` : ""}`,
      };
      return { type, id, reason, blockers };
    }
    // Without the time, which the spinner shows: the same words are told once and not at every look.
    if (inUse.en !== told) ctx.progress({ en: `${type} ${id} is ${inUse.en}`, ja: `${type} ${id} は${inUse.ja}` });
    told = inUse.en;
    await ctx.clock.sleep(pollMs(elapsedMs));
  }
}

function patienceFor(removal: Removal, blockers: readonly Blocker[], stuck: readonly Leftover[]): number {
  if (blockers.length === 0) return patienceMs.unknown;
  if (blockers.some((blocker) => removal.passes?.(blocker) && !isKnown(blocker, stuck))) return patienceMs.passing;
  // It was waited for once already; what hangs on it will not come free by waiting again.
  return blockers.every((blocker) => isKnown(blocker, stuck)) ? 0 : patienceMs.lasting;
}

/** It could not be deleted itself, it is of something that could not, or it was waited for in vain already. */
function isKnown({ id, owner }: Blocker, stuck: readonly Leftover[]): boolean {
  return stuck.some(
    (leftover) => leftover.id === id || leftover.id === owner || leftover.blockers.some((known) => known.id === id),
  );
}

function inUseText(blockers: readonly Blocker[], stack: string): LocalizedText {
  if (blockers.length === 0) {
    return { en: "in use, AWS does not show by what", ja: "使用中です (使用しているものは AWS から確認できません)" };
  }
  const { en, ja } = blockersText(blockers, stack);
  return { en: `in use by ${en}`, ja: `使用中です: ${ja}` };
}

function reasonOf(error: unknown): LocalizedText {
  if (error instanceof Lecture05Error) {
    const { what, why } = error.detail;
    return why ? { en: `${what.en}: ${why.en}`, ja: `${what.ja}: ${why.ja}` } : what;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return untranslated(text);
}
