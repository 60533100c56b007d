import { removeImage } from "../host-image.ts";
import type { StepContext } from "../step.ts";

/** What the group's hosts are launched from. */
export const goldenImage = { step: "redundancy", name: "golden" } as const;

/** Images of the group's that nothing is launched from any more; one for the way back stays. */
export async function removeOldImages(ctx: StepContext, present: string, previous?: string): Promise<void> {
  for (const old of await ctx.ports.images.findImages(ctx.stack)) {
    if (old.step !== goldenImage.step || old.id === present || old.id === previous) continue;
    await removeImage(ctx, old);
  }
}
