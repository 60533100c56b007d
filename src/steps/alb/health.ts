import { Lecture05Error } from "../../errors.ts";
import { inWords } from "../../observed.ts";
import type { LoadBalancerKind, TargetHealth } from "../../ports/load-balancing.ts";
import type { StepContext } from "../step.ts";

/** A network load balancer takes minutes to begin with its checks. */
const healthyTimeoutMs = { alb: 3 * 60_000, nlb: 8 * 60_000 } as const;
const pollMs = 500;

/** Waits until every target is healthy. Ends with the load balancer's own reason when one is not. */
export async function waitUntilHealthy(
  ctx: StepContext,
  targetGroupArn: string,
  kind: LoadBalancerKind = "alb",
): Promise<void> {
  const timeoutMs = healthyTimeoutMs[kind];
  const since = ctx.clock.now().getTime();
  for (;;) {
    const targets = await ctx.ports.loadBalancing.targetHealth(targetGroupArn);
    if (targets.length > 0 && targets.every(({ state }) => state === "healthy")) return;
    const words = targets.map(describeHealth).join(", ") || "no target is registered";
    const elapsedSeconds = Math.round((ctx.clock.now().getTime() - since) / 1000);
    ctx.progress({
      en: `target health: ${words} (${elapsedSeconds} s)`,
      ja: `ヘルスチェック: ${inWords(words).ja} (${elapsedSeconds} 秒)`,
    });
    const suspicion = await ctx.suspect(elapsedSeconds * 1000);
    if (suspicion) {
      throw new Lecture05Error("ALB_TARGET_UNHEALTHY", {
        what: {
          en: "No target can become healthy, so the waiting was ended",
          ja: "ターゲットが正常になる見込みがないため、待機を終了しました",
        },
        why: {
          en: `${suspicion.code}: ${suspicion.cause.en} (${words})`,
          ja: `${suspicion.code}: ${suspicion.cause.ja} (${inWords(words).ja})`,
        },
        next: ["lecture05 step alb"],
      });
    }
    if (elapsedSeconds * 1000 >= timeoutMs) {
      throw new Lecture05Error("ALB_TARGET_UNHEALTHY", {
        what: { en: "The load balancer never saw a healthy target", ja: "ターゲットが正常になりませんでした" },
        why: { en: `${words}, for ${elapsedSeconds} s`, ja: `${inWords(words).ja} (${elapsedSeconds} 秒間)` },
        next: ["lecture05 diagnose alb", "lecture05 logs --step alb", "lecture05 step alb"],
      });
    }
    await ctx.clock.sleep(pollMs);
  }
}

/** "i-0a1b unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [403])" */
export function describeHealth(target: TargetHealth): string {
  const reason = [target.reason, target.description].filter(Boolean).join(": ");
  return `${target.instanceId} ${target.state}${reason ? ` (${reason})` : ""}`;
}
