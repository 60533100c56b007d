import type { TargetGroup } from "../ports/load-balancing.ts";
import { collect, visit, type DiagnoseContext, type Question } from "./collect.ts";
import type { Facts } from "./facts.ts";
import { layers } from "./layers/index.ts";
import { isStarting } from "./puma-facts.ts";
import { unknown, type Verdict } from "./verdict.ts";
import { walk } from "./walk.ts";

export interface DiagnoseOptions {
  /**
   * False while a step waits for the load balancer anyway. Otherwise a target whose host is well gets the time that
   * its health check takes to notice.
   */
  readonly patient: boolean;
}

const pollMs = 500;
/** How long a first start may take: Rails boots in seconds, in more of them on a busy machine. */
const startMs = 20_000;

/** Looks at everything once and names the one cause. Changes nothing that stays. */
export async function diagnose(
  ctx: DiagnoseContext,
  question: Question,
  options: DiagnoseOptions = { patient: true },
): Promise<Verdict> {
  const facts = await collectStarted(ctx, question, options);
  const verdict = walk(layers, facts);
  if (!options.patient || verdict.code !== unknown || !onlyTheTargetIsIll(facts)) return verdict;
  return walk(layers, await awaitHealth(ctx, facts));
}

/** A host that has just been started is no fault while its Puma is on its way for the first time. */
async function collectStarted(ctx: DiagnoseContext, question: Question, options: DiagnoseOptions): Promise<Facts> {
  const deadline = ctx.clock.now().getTime() + startMs;
  for (;;) {
    const facts = await collect(ctx, question);
    const starting = facts.hosts.some((host) => host.facts && isStarting(host.facts));
    if (!options.patient || !starting || ctx.clock.now().getTime() >= deadline) return facts;
    ctx.progress({ en: "Puma is starting; waiting for it", ja: "Puma の起動を待っています" });
    await ctx.clock.sleep(pollMs);
  }
}

/** The load balancer's opinion is some seconds old: after a repair the host is well before its target is healthy. */
function onlyTheTargetIsIll(facts: Facts): boolean {
  if (facts.targets?.every(({ state }) => state === "healthy")) return false;
  const assumed = facts.targets?.map((target) => ({ ...target, state: "healthy" }));
  const page = facts.page?.kind === "answer" && facts.page.status < 500 ? facts.page : undefined;
  return walk(layers, { ...facts, targets: assumed, page }).code !== unknown;
}

async function awaitHealth(ctx: DiagnoseContext, facts: Facts): Promise<Facts> {
  const { targetGroup, loadBalancer } = facts;
  if (!targetGroup || !loadBalancer) return facts;
  ctx.progress({
    en: "the host is well; waiting for the load balancer to notice",
    ja: "ホストは正常です。ロードバランサーのヘルスチェックを待っています",
  });
  const { loadBalancing, http } = ctx.ports;
  const deadline = ctx.clock.now().getTime() + noticeMs(targetGroup);
  for (;;) {
    const targets = await loadBalancing.targetHealth(targetGroup.arn);
    if (targets.every(({ state }) => state === "healthy") || ctx.clock.now().getTime() >= deadline) {
      return { ...facts, targets, page: await visit(http, facts) };
    }
    await ctx.clock.sleep(pollMs);
  }
}

/** How long a health check needs to see a change: all its passes, and one that had just begun. */
function noticeMs({ healthCheck }: TargetGroup): number {
  const { intervalSeconds, timeoutSeconds, healthyThreshold } = healthCheck;
  return ((healthyThreshold + 1) * intervalSeconds + timeoutSeconds) * 1000;
}
