import type { DeleteResult } from "../../ports/identity.ts";
import { imageRemovals } from "../host-image.ts";
import type { DestroyOutcome, StepContext } from "../step.ts";
import { tearDown, type Removal } from "../tear-down.ts";
import { together } from "../together.ts";
import { goldenImage } from "./image.ts";
import { secretNameOf } from "./settings.ts";

const groupTimeoutMs = 10 * 60_000;
const pollMs = 1000;

/** The group first, with its instances: as long as it is there it replaces what goes. Found by the stack's tag. */
export async function destroyRedundancy(ctx: StepContext): Promise<DestroyOutcome> {
  const { autoScaling, parameters } = ctx.ports;
  const [groups, templates, ofImages, hasSecret] = await together([
    autoScaling.findGroups(ctx.stack),
    autoScaling.findLaunchTemplates(ctx.stack),
    imageRemovals(ctx, goldenImage.step),
    parameters.find(ctx.stack).then((found) => found.some((it) => it.name === secretNameOf(ctx.stack))),
  ]);
  const secret = secretNameOf(ctx.stack);
  return tearDown(ctx, [
    ...groups.map(({ name }): Removal => ({
      type: "autoscaling:group",
      id: name,
      remove: () => removeGroup(ctx, name),
    })),
    ...templates.map(({ id }): Removal => ({
      type: "ec2:launch-template",
      id,
      remove: () => autoScaling.deleteLaunchTemplate(id),
    })),
    ...ofImages,
    // Last: by it a stack without a state is seen to have been more than one host.
    ...(hasSecret
      ? [{ type: "ssm:parameter", id: secret, remove: () => parameters.delete(secret) } satisfies Removal]
      : []),
  ]);
}

/** Gone when the last of its instances is. */
async function removeGroup(ctx: StepContext, name: string): Promise<DeleteResult> {
  const { autoScaling } = ctx.ports;
  const result = await autoScaling.deleteGroup(name);
  const since = ctx.clock.now().getTime();
  for (;;) {
    const left = (await autoScaling.findGroups(ctx.stack)).find((group) => group.name === name);
    if (!left) return result;
    const elapsedMs = ctx.clock.now().getTime() - since;
    if (elapsedMs >= groupTimeoutMs) return "in-use";
    const seconds = Math.round(elapsedMs / 1000);
    ctx.progress({
      en: `the group's hosts are ending: ${left.members.length} left (${seconds} s)`,
      ja: `グループのホストを終了しています: 残り ${left.members.length} 台 (${seconds} 秒)`,
    });
    await ctx.clock.sleep(elapsedMs < 10_000 ? pollMs : 3 * pollMs);
  }
}
