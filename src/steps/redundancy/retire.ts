import type { Instance } from "../../ports/compute.ts";
import { alb } from "../alb.ts";
import { port } from "../alb/settings.ts";
import type { StepContext } from "../step.ts";

const drainTimeoutMs = 5 * 60_000;
const terminationTimeoutMs = 5 * 60_000;
const pollMs = 2000;

/** Ends the host that was built by hand: out of rotation, its requests under way answered, then terminated. */
export async function retire(ctx: StepContext, { id }: Instance): Promise<void> {
  const { compute, loadBalancing } = ctx.ports;
  const { targetGroupArn } = ctx.output(alb);
  ctx.progress({ en: `taking ${id} out of rotation`, ja: `${id} をロードバランサーから外しています` });
  await loadBalancing.deregisterTarget(targetGroupArn, id, port);
  const since = ctx.clock.now().getTime();
  while (ctx.clock.now().getTime() - since < drainTimeoutMs) {
    const targets = await loadBalancing.targetHealth(targetGroupArn);
    if (!targets.some(({ instanceId }) => instanceId === id)) break;
    await ctx.clock.sleep(pollMs);
  }
  ctx.progress({ en: `terminating ${id}`, ja: `${id} を終了しています` });
  await compute.terminateInstance(id);
  await compute.waitUntilTerminated(id, terminationTimeoutMs);
  await ctx.record.gone("ec2:instance", id);
}
