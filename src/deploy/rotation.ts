import { alb } from "../steps/alb.ts";
import { describeHealth } from "../steps/alb/health.ts";
import { port } from "../steps/alb/settings.ts";
import { visitor } from "../steps/alb/visitor.ts";
import { check } from "../steps/check.ts";
import type { Check, StepContext } from "../steps/step.ts";
import { namedOn } from "./page.ts";

const drainTimeoutMs = 6 * 60_000;
const healthyTimeoutMs = 3 * 60_000;
const servedTimeoutMs = 60_000;
const pollMs = 500;

/** Nobody is sent to the host any more, and whoever was is answered. */
export async function takeOut(ctx: StepContext, instanceId: string): Promise<Check> {
  const { targetGroupArn } = ctx.output(alb);
  ctx.progress({
    en: `taking ${instanceId} out of rotation`,
    ja: `${instanceId} をロードバランサーから外しています`,
  });
  await ctx.ports.loadBalancing.deregisterTarget(targetGroupArn, instanceId, port);
  const until = ctx.clock.now().getTime() + drainTimeoutMs;
  for (;;) {
    const target = await targetOf(ctx, instanceId);
    const isOut = target === undefined || target.state === "unused";
    if (isOut || ctx.clock.now().getTime() >= until) {
      const title = { en: `${instanceId}: out of rotation`, ja: `${instanceId}: 振り分けから外れている` };
      return check("out-of-rotation", title, "drained", isOut ? "drained" : (target?.state ?? "none"));
    }
    await ctx.clock.sleep(pollMs);
  }
}

/** The load balancer sends visitors to the host again, and finds it healthy. */
export async function bringIn(ctx: StepContext, instanceId: string): Promise<Check> {
  const { targetGroupArn } = ctx.output(alb);
  const before = await targetOf(ctx, instanceId);
  if (before === undefined || before.state === "draining" || before.state === "unused") {
    ctx.progress({
      en: `bringing ${instanceId} into rotation`,
      ja: `${instanceId} をロードバランサーに戻しています`,
    });
    await ctx.ports.loadBalancing.registerTarget(targetGroupArn, instanceId, port);
  }
  const until = ctx.clock.now().getTime() + healthyTimeoutMs;
  const title = { en: `${instanceId}: for the load balancer`, ja: `${instanceId}: ロードバランサーから見て` };
  for (;;) {
    const target = await targetOf(ctx, instanceId);
    if (target?.state === "healthy") return check("in-rotation", title, "healthy", "healthy");
    if (ctx.clock.now().getTime() >= until) {
      const observed = target ? describeHealth(target).slice(instanceId.length + 1) : "no target";
      return check("in-rotation", title, "healthy", observed);
    }
    await ctx.clock.sleep(pollMs);
  }
}

/**
 * A visitor gets the page of the new release from this very host. An application that names neither on its page is
 * taken at its word when it answers.
 */
export async function servesVisitors(ctx: StepContext, instanceId: string, release: string): Promise<Check> {
  const output = ctx.output(alb);
  const http = await visitor(ctx.ports, output);
  const until = ctx.clock.now().getTime() + servedTimeoutMs;
  const title = { en: `${instanceId}: a visitor's page is of`, ja: `${instanceId}: 訪問者に返るリリース` };
  const told = (observed: string): Check => check("serves-visitors", title, `release ${release}`, observed);
  for (;;) {
    const answer = await http.request(`${output.url}/`, { timeoutMs: 20_000 });
    if (answer.kind !== "answer") return told(answer.kind);
    if (answer.status !== 200) return told(`HTTP ${answer.status}`);
    const named = namedOn(Buffer.from(answer.body).toString("utf8"));
    if (named === undefined) return told(`release ${release}`);
    if (named.host === instanceId) return told(`release ${named.release}`);
    if (ctx.clock.now().getTime() >= until) return told("never its turn");
    await ctx.clock.sleep(100);
  }
}

const targetOf = async (ctx: StepContext, instanceId: string) =>
  (await ctx.ports.loadBalancing.targetHealth(ctx.output(alb).targetGroupArn)).find(
    (target) => target.instanceId === instanceId,
  );
