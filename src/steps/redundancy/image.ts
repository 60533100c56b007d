import { createHash } from "node:crypto";
import type { Instance } from "../../ports/compute.ts";
import type { Image } from "../../ports/images.ts";
import type { StepContext } from "../step.ts";
import { imageOfTag } from "./settings.ts";

const imageTimeoutMs = 20 * 60_000;
const recipePrefix = "lecture05:recipe:";

/** The marks of all that was installed on a host, which an image of it has, too. */
export const recipesOn = ({ tags }: Pick<Instance, "tags">): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith(recipePrefix)));

export function contentsOf(instance: Pick<Instance, "tags">): string {
  const recipes = Object.entries(recipesOn(instance)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(recipes)).digest("hex").slice(0, 16);
}

/** The image of what is on this host; undefined when there is none that is whole or on its way. */
export const imageOf = (images: readonly Image[], instance: Pick<Instance, "tags">): Image | undefined =>
  images.find(
    ({ state, tags }) => tags[imageOfTag] === contentsOf(instance) && ["available", "pending"].includes(state),
  );

/** Makes an image of the host unless there is one, and waits until hosts can be launched from it. */
export async function ensureImage(ctx: StepContext, images: readonly Image[], source: Instance): Promise<Image> {
  const known = imageOf(images, source);
  if (known) await ctx.record.found("ec2:image", "golden", known.id);
  else ctx.progress({ en: `making an image of ${source.id}`, ja: `${source.id} のイメージを作成しています` });
  const contents = contentsOf(source);
  const { expiresAt } = ctx.settings;
  const image =
    known ??
    (await ctx.record.create(
      { type: "ec2:image", name: "golden", parameters: { contents } },
      // A name may be taken by an image that failed; the token is another one then.
      (token) =>
        ctx.ports.images.createImage(
          { stack: ctx.stack, step: "redundancy", name: "golden", expiresAt },
          {
            instanceId: source.id,
            name: `${ctx.stack}-${contents}-${token.slice(0, 8)}`,
            description: `lecture05: stack ${ctx.stack}, of ${source.id}`,
            tags: { [imageOfTag]: contents },
          },
        ),
      (made) => made.id,
    ));
  if (image.state !== "available") {
    ctx.progress({
      en: `waiting for the image ${image.id}`,
      ja: `イメージ ${image.id} が利用可能になるのを待っています`,
    });
    await ctx.ports.images.waitUntilAvailable(image.id, imageTimeoutMs);
  }
  return image;
}

/** Images that nothing is launched from any more, with their snapshots; one for the way back stays. */
export async function removeOldImages(ctx: StepContext, present: string, previous?: string): Promise<void> {
  const { images } = ctx.ports;
  for (const old of await images.findImages(ctx.stack)) {
    if (old.id === present || old.id === previous) continue;
    ctx.progress({ en: `removing the old image ${old.id}`, ja: `古いイメージ ${old.id} を削除しています` });
    await images.deregisterImage(old.id);
    for (const id of old.snapshotIds) await images.deleteSnapshot(id);
    await ctx.record.gone("ec2:image", old.id);
  }
}
