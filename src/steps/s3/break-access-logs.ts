import { Lecture05Error } from "../../errors.ts";
import type { LogPlace } from "../../ports/object-storage.ts";
import { alb } from "../alb.ts";
import { check } from "../check.ts";
import type { StepContext, Tell } from "../step.ts";
import { accessLogsPolicy, closedLogsPolicy } from "./access-logs-policy.ts";
import { albLogPlace } from "./access-logs.ts";
import { logsBucketNameFor } from "./bucket-name.ts";

const knownTimeoutMs = 90_000;
const pollMs = 500;

/**
 * Closes the logs' bucket to the services, and asks load balancing to log into it: it tries, and refuses. With the policy
 * back it takes it.
 */
export async function breakAccessLogs(ctx: StepContext, tell: Tell): Promise<void> {
  const { loadBalancing, objectStorage } = ctx.ports;
  const { loadBalancerArn } = ctx.output(alb);
  const bucket = logsBucketNameFor(ctx);
  const place = albLogPlace(bucket);
  const document = accessLogsPolicy(ctx);
  const undo = { kind: "access-logs" as const, loadBalancerArn, ...place, document };
  await ctx.without([undo], async () => {
    await objectStorage.putBucketPolicy(bucket, closedLogsPolicy(ctx));
    const refused = {
      en: "Into a closed bucket, load balancing logs",
      ja: "書き込みを拒否したバケットへのログの設定は",
    };
    tell(check("logs-denied", refused, "refused", await answerUntilRefused(ctx, place)));
  });
  const again = { en: "With the policy back, it logs", ja: "ポリシーを戻すとログの設定は" };
  const found = await loadBalancing.findAccessLog(loadBalancerArn);
  tell(check("logs-well-again", again, "on", found?.bucket === bucket ? "on" : "off"));
}

/** Switches logging off and on again until that is refused: a new policy is known after a while only. */
async function answerUntilRefused(ctx: StepContext, place: LogPlace): Promise<string> {
  const { loadBalancing } = ctx.ports;
  const { loadBalancerArn } = ctx.output(alb);
  const since = ctx.clock.now().getTime();
  for (;;) {
    await loadBalancing.setAccessLog(loadBalancerArn, undefined, 0);
    const answer = await loadBalancing.setAccessLog(loadBalancerArn, place, 0).then(
      () => "on",
      (error: unknown) => {
        // What ended the wait without time is the refusal.
        if (error instanceof Lecture05Error && error.code === "WAIT_TIMED_OUT") return "refused";
        throw error;
      },
    );
    if (answer === "refused" || ctx.clock.now().getTime() - since >= knownTimeoutMs) return answer;
    await ctx.clock.sleep(pollMs);
  }
}
