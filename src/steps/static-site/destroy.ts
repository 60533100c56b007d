import type { DestroyOptions, DestroyOutcome, StepContext } from "../step.ts";
import { siteBucketNameFor } from "../s3/bucket-name.ts";
import { removalOf } from "../s3/destroy.ts";
import { tearDown, type Removal } from "../tear-down.ts";
import { pages } from "./pages.ts";

/** The way to the site first, so that nobody is sent to what is no longer there; then the bucket with its pages. */
export async function destroySite(ctx: StepContext, options: DestroyOptions): Promise<DestroyOutcome> {
  const { loadBalancing, objectStorage } = ctx.ports;
  const removals: Removal[] = [];
  const bucket = siteBucketNameFor(ctx);
  if (!(await objectStorage.ownsBucket(ctx.stack, bucket))) return { deleted: [], leftovers: [] };
  for (const { arn } of (await loadBalancing.findAllOf(ctx.stack)).loadBalancers) {
    for (const listener of await loadBalancing.findListeners(arn)) {
      const detour = await loadBalancing.findDetour(ctx.stack, listener.arn);
      if (!detour) continue;
      removals.push({ type: "elbv2:rule", id: detour.arn, remove: () => loadBalancing.deleteDetour(detour.arn) });
    }
  }
  const keys = pages.map(({ key }) => key);
  removals.push(removalOf(ctx, bucket, options, keys));
  return tearDown(ctx, removals);
}
