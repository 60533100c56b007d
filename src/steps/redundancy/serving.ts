import { Lecture05Error } from "../../errors.ts";
import { inWords } from "../../observed.ts";
import type { AutoScalingGroup } from "../../ports/auto-scaling.ts";
import type { TargetHealth } from "../../ports/load-balancing.ts";
import { untranslated } from "../../text.ts";
import type { StepContext } from "../step.ts";

const baseTimeoutMs = 5 * 60_000;
const perHostTimeoutMs = 30_000;
/** So long without a host more, and AWS is asked why. */
const stallMs = 30_000;

/** The next look after so long: soon at first, later in proportion, so that more hosts cost few more calls. */
const delayMs = (elapsedMs: number): number => Math.min(Math.max(1000, elapsedMs * 0.12), 6000);

export interface Wanted {
  readonly name: string;
  readonly targetGroupArn: string;
  readonly hosts: number;
  /** Targets that are none of the group's. */
  readonly others: readonly string[];
}

/**
 * Waits until the group has just as many hosts as wanted, all in service and healthy behind the load balancer. One call
 * a look; the group itself is asked only when the targets are as they should be, or nothing moves.
 */
export async function waitUntilServing(ctx: StepContext, wanted: Wanted): Promise<AutoScalingGroup> {
  const { name, hosts, targetGroupArn, others } = wanted;
  const since = ctx.clock.now().getTime();
  const timeoutMs = baseTimeoutMs + hosts * perHostTimeoutMs;
  let best = { healthy: -1, atMs: since };
  for (;;) {
    const targets = (await ctx.ports.loadBalancing.targetHealth(targetGroupArn)).filter(
      ({ instanceId }) => !others.includes(instanceId),
    );
    const healthy = targets.filter(({ state }) => state === "healthy").length;
    const nowMs = ctx.clock.now().getTime();
    const words = `${healthy} of ${hosts} healthy`;
    if (healthy === hosts && targets.length === hosts) {
      const group = await ctx.ports.autoScaling.findGroup(ctx.stack, name);
      if (group && isSettled(group, hosts)) return group;
    }
    if (healthy !== best.healthy) best = { healthy, atMs: nowMs };
    const elapsedMs = nowMs - since;
    ctx.progress({
      en: `hosts behind the load balancer: ${words} (${Math.round(elapsedMs / 1000)} s)`,
      ja: `ロードバランサー配下のホスト: ${inWords(words).ja} (${Math.round(elapsedMs / 1000)} 秒)`,
    });
    if (nowMs - best.atMs >= stallMs) {
      await throwIfInVain(ctx, wanted, targets, elapsedMs >= timeoutMs);
      best = { ...best, atMs: nowMs };
    }
    if (elapsedMs >= timeoutMs) throw notServing(words, elapsedMs, undefined);
    await ctx.clock.sleep(delayMs(elapsedMs));
  }
}

export const isSettled = ({ members, desired }: AutoScalingGroup, hosts: number): boolean =>
  desired === hosts && members.length === hosts && members.every(({ lifecycle }) => lifecycle === "InService");

/** What a launch failed for stands in the group's activities only. */
async function throwIfInVain(
  ctx: StepContext,
  { name, hosts }: Wanted,
  targets: readonly TargetHealth[],
  isLate: boolean,
): Promise<void> {
  const failure = await ctx.ports.autoScaling.lastFailure(name);
  const words = `${targets.filter(({ state }) => state === "healthy").length} of ${hosts} healthy`;
  if (failure !== undefined && (isLate || targets.length < hosts)) throw notServing(words, stallMs, failure);
}

function notServing(words: string, elapsedMs: number, failure: string | undefined): Lecture05Error {
  const seconds = Math.round(elapsedMs / 1000);
  return new Lecture05Error("ALB_TARGET_UNHEALTHY", {
    what: {
      en: `Not all hosts of the Auto Scaling group serve: ${words}`,
      ja: `Auto Scaling グループのホストがそろいません: ${inWords(words).ja}`,
    },
    why: failure === undefined ? { en: `For ${seconds} s`, ja: `${seconds} 秒間` } : untranslated(failure),
    next: ["lecture05 diagnose", "lecture05 step redundancy"],
  });
}
