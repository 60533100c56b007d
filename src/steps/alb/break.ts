import { stopUnit } from "../../remote/guard.ts";
import type { AlbOutput } from "../alb.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { runScript } from "../host-scripts.ts";
import type { StepContext, Tell } from "../step.ts";
import { waitUntilHealthy } from "./health.ts";
import { visitor } from "./visitor.ts";

/** Two failed checks of 5 s each make a target unhealthy; AWS may tell of it a little later. */
const noticeTimeoutMs = 30_000;
/** The host starts Nginx by itself after this time; longer than looking takes. */
const atMostSeconds = 45;
const pollMs = 500;

/**
 * Stops Nginx on one host until the load balancer gives it up, and says why. With a single target the load balancer
 * then fails open: it still sends requests there, and answers 502.
 */
export async function breakTarget(ctx: StepContext, output: AlbOutput, tell: Tell): Promise<void> {
  const { hosts } = ctx.output(ec2);
  const [host, ...others] = hosts;
  if (!host) return;
  const { instanceId } = host;
  await waitUntilHealthy(ctx, output.targetGroupArn, output.kind);

  await ctx.without([{ kind: "unit", instanceId, unit: "nginx.service" }], async () => {
    await runScript(ctx, instanceId, stopUnit("nginx.service", atMostSeconds));
    const health = await waitUntilGivenUp(ctx, output.targetGroupArn, instanceId);
    const target = { en: "With Nginx stopped, the target is", ja: "Nginx を止めるとターゲットは" };
    tell(check("target-unhealthy", target, "unhealthy (Target.FailedHealthChecks)", health));
    const alone = { en: "Without another target, the page is", ja: "他にターゲットがないのでページは" };
    const replaced = { en: "Another target answers in its place", ja: "他のターゲットが代わりに応答する" };
    const seen = await page(ctx, output);
    tell(
      check(
        "page-without-target",
        others.length ? replaced : alone,
        others.length ? "200" : output.kind === "nlb" ? closed : "502",
        seen,
      ),
    );
  });
  await waitUntilHealthy(ctx, output.targetGroupArn, output.kind);
  const again = { en: "With Nginx started, the page is", ja: "Nginx を起動するとページは" };
  tell(check("page-well-again", again, "200", await page(ctx, output)));
}

async function page(ctx: StepContext, output: AlbOutput): Promise<string> {
  const http = await visitor(ctx.ports, output);
  const answer = await http.request(`${output.url}/`);
  if (answer.kind === "answer") return String(answer.status);
  // How a connection ends that nobody takes differs from one system to the next.
  return output.kind === "nlb" && answer.kind !== "name-not-found" ? closed : `${answer.kind}: ${answer.message}`;
}

/** Who reads requests can say what is wrong; who hands bytes on can only close the connection. */
const closed = "no answer";

/** "unhealthy (Target.FailedHealthChecks)", or what the target still is when the time is over. */
async function waitUntilGivenUp(ctx: StepContext, targetGroupArn: string, instanceId: string): Promise<string> {
  const since = ctx.clock.now().getTime();
  for (;;) {
    const targets = await ctx.ports.loadBalancing.targetHealth(targetGroupArn);
    const target = targets.find((candidate) => candidate.instanceId === instanceId);
    const words = target ? `${target.state}${target.reason ? ` (${target.reason})` : ""}` : "no target";
    const elapsedMs = ctx.clock.now().getTime() - since;
    if (target?.state === "unhealthy" || elapsedMs >= noticeTimeoutMs) return words;
    const elapsedSeconds = Math.round(elapsedMs / 1000);
    ctx.progress({
      en: `until the load balancer notices: ${words} (${elapsedSeconds} s)`,
      ja: `ロードバランサーの検知待ち: ${words} (${elapsedSeconds} 秒)`,
    });
    await ctx.clock.sleep(pollMs);
  }
}
