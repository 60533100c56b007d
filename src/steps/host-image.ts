import { createHash } from "node:crypto";
import type { Instance } from "../ports/compute.ts";
import type { Image } from "../ports/images.ts";
import type { StepName } from "./names.ts";
import type { StepContext } from "./step.ts";
import type { Removal } from "./tear-down.ts";
import { together } from "./together.ts";

/** Of an image: what was installed on the host that it is of. */
export const imageOfTag = "lecture05:image-of";
const imageTimeoutMs = 20 * 60_000;
const recipePrefix = "lecture05:recipe:";

/** The marks of all that was installed on a host, which an image of it has, too. */
export const recipesOn = ({ tags }: Pick<Instance, "tags">): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith(recipePrefix)));

export function contentsOf(instance: Pick<Instance, "tags">): string {
  const recipes = Object.entries(recipesOn(instance)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(recipes)).digest("hex").slice(0, 16);
}

export const isWholeOrOnItsWay = ({ state }: Pick<Image, "state">): boolean =>
  state === "available" || state === "pending";

/** The image of what is on this host; undefined when there is none that is whole or on its way. */
export const imageOf = (images: readonly Image[], instance: Pick<Instance, "tags">): Image | undefined =>
  images.find((image) => image.tags[imageOfTag] === contentsOf(instance) && isWholeOrOnItsWay(image));

/** Whom an image is made for: the name under which it is recorded, and the step that removes it again. */
export interface ImagePurpose {
  readonly step: StepName;
  readonly name: string;
}

/** Makes an image of the host unless there is one, and waits until hosts can be launched from it. */
export async function ensureImage(
  ctx: StepContext,
  purpose: ImagePurpose,
  images: readonly Image[],
  source: Instance,
): Promise<Image> {
  const image = await beginImage(ctx, purpose, images, source);
  await untilAvailable(ctx, image);
  return image;
}

/** Makes an image of the host unless there is one, or one is being made. */
export async function beginImage(
  ctx: StepContext,
  { step, name }: ImagePurpose,
  images: readonly Image[],
  source: Instance,
): Promise<Image> {
  const known = imageOf(images, source);
  if (known) {
    await ctx.record.found("ec2:image", name, known.id);
    return known;
  }
  const contents = contentsOf(source);
  // It holds the name that the next one is to have.
  for (const failed of images.filter(({ tags }) => tags[imageOfTag] === contents)) await removeImage(ctx, failed);
  ctx.progress({ en: `making an image of ${source.id}`, ja: `${source.id} のイメージを作成しています` });
  const { expiresAt } = ctx.settings;
  return ctx.record.create(
    { type: "ec2:image", name, parameters: { contents } },
    (token) =>
      ctx.ports.images.createImage(
        { stack: ctx.stack, step, name, expiresAt },
        {
          instanceId: source.id,
          name: `${ctx.stack}-${contents}-${token.slice(0, 8)}`,
          description: `lecture05: stack ${ctx.stack}, of ${source.id}`,
          tags: { [imageOfTag]: contents },
        },
      ),
    (made) => made.id,
  );
}

export async function untilAvailable(ctx: StepContext, { id, state }: Pick<Image, "id" | "state">): Promise<void> {
  if (state === "available") return;
  ctx.progress({ en: `waiting for the image ${id}`, ja: `イメージ ${id} が利用可能になるのを待っています` });
  await ctx.ports.images.waitUntilAvailable(id, imageTimeoutMs);
}

/** An image that nothing is launched from any more, with its snapshots. */
export async function removeImage(ctx: StepContext, { id, snapshotIds }: Image): Promise<void> {
  const { images } = ctx.ports;
  ctx.progress({ en: `removing the old image ${id}`, ja: `古いイメージ ${id} を削除しています` });
  await images.deregisterImage(id);
  for (const snapshotId of snapshotIds) await images.deleteSnapshot(snapshotId);
  await ctx.record.gone("ec2:image", id);
}

/** The images that a step has made, but for some, and what is left of others. Found by the stack's tag. */
export async function imageRemovals(
  ctx: StepContext,
  step: StepName,
  keptIds: readonly (string | undefined)[] = [],
): Promise<Removal[]> {
  const { images } = ctx.ports;
  const [known, snapshots] = await together([images.findImages(ctx.stack), images.findSnapshots(ctx.stack)]);
  const keeps = known.filter(({ id }) => keptIds.includes(id));
  const inUse = keeps.flatMap(({ snapshotIds }) => snapshotIds);
  // A snapshot is in use as long as the image is there.
  return [
    ...known
      .filter((image) => image.step === step && !keeps.includes(image))
      .map(({ id }): Removal => ({ type: "ec2:image", id, remove: () => images.deregisterImage(id) })),
    ...snapshots
      .filter((snapshot) => snapshot.step === step && !inUse.includes(snapshot.id))
      .map(({ id }): Removal => ({ type: "ec2:snapshot", id, remove: () => images.deleteSnapshot(id) })),
  ];
}
