import type { Instance } from "../../ports/compute.ts";
import type { Image } from "../../ports/images.ts";
import { syncDisk } from "../../remote/sync-disk.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { beginImage, imageOf, isWholeOrOnItsWay, removeImage, untilAvailable } from "../host-image.ts";
import { runScript } from "../host-scripts.ts";
import { redundancy } from "../redundancy.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { imagesKept } from "./settings.ts";

/** What a host is made again from as it was, also when what it was built from is no longer to be had. */
export const backupImage = { step: "backup", name: "host" } as const;

interface Observed {
  readonly images: readonly Image[];
  readonly host: Instance | undefined;
}

async function observe(ctx: StepContext): Promise<Observed> {
  const { images, compute } = ctx.ports;
  const [known, instances] = await together([images.findImages(ctx.stack), compute.findInstances(ctx.stack)]);
  const ids = (ctx.findOutput(ec2)?.hosts ?? []).map(({ instanceId }) => instanceId);
  return { images: known, host: instances.find(({ id, state }) => ids.includes(id) && state === "running") };
}

/** Whether there is no image of what is on the host by now, nor one being made. The group's own is as good. */
export async function lacksImage(ctx: StepContext): Promise<boolean> {
  const { images, host } = await observe(ctx);
  return host === undefined || imageOf(images, host) === undefined;
}

/**
 * Begins an image of what is on the host, unless there is one. The host serves meanwhile: it is not stopped for it, and
 * what it writes is flushed before.
 */
export async function beginHostImage(ctx: StepContext): Promise<Image> {
  const { images, host } = await observe(ctx);
  if (!host) throw new Error("there is no host to make an image of");
  const known = imageOf(images, host);
  // The group keeps its own.
  if (known && known.step !== backupImage.step) return known;
  if (!known) await runScript(ctx, host.id, syncDisk());
  return beginImage(ctx, backupImage, images, host);
}

/** An image of what is on the host, once there is one that hosts can be launched from; what is too old goes then. */
export async function keepHostImage(ctx: StepContext, begun: Image): Promise<void> {
  await untilAvailable(ctx, begun);
  await removeOldHostImages(ctx);
}

/** Those that this step has made and that can be used, or will be; the newest first. */
export async function hostImages({ stack, ports }: Pick<StepContext, "stack" | "ports">): Promise<Image[]> {
  return newestFirst(await ports.images.findImages(stack));
}

const newestFirst = (images: readonly Image[]): Image[] =>
  images
    .filter((image) => image.step === backupImage.step && isWholeOrOnItsWay(image))
    .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime());

/** The newest stay, and whatever the group launches hosts from. */
export async function removeOldHostImages(ctx: StepContext): Promise<void> {
  const images = await ctx.ports.images.findImages(ctx.stack);
  const usable = newestFirst(images);
  // What is still being made may fail.
  const whole = usable.find(({ state }) => state === "available");
  const kept = [...usable.slice(0, imagesKept), whole];
  const inUse = imagesOfGroup(ctx);
  for (const image of images) {
    if (image.step !== backupImage.step || kept.includes(image) || inUse.includes(image.id)) continue;
    await removeImage(ctx, image);
  }
}

/** What a group launches from, or would on the way back: it may be one that was made as a backup. */
export function imagesOfGroup(ctx: Pick<StepContext, "findOutput" | "settings">): (string | undefined)[] {
  const group = ctx.findOutput(redundancy);
  return [group?.imageId, ctx.settings.deployment?.previousImageId];
}

export async function checkHostImage(ctx: StepContext): Promise<Check> {
  const { images, host } = await observe(ctx);
  const image = host && imageOf(images, host);
  return check(
    "backup-image",
    {
      en: "An image of what is on the host, its snapshot encrypted",
      ja: "ホストの現在の内容のイメージ (AMI)、スナップショットは暗号化",
    },
    "there, encrypted",
    image ? seen(image) : whyNone(images),
  );
}

function whyNone(images: readonly Image[]): string {
  const own = images.filter(({ step }) => step === backupImage.step);
  if (own.length === 0) return "no image";
  return own.some(({ state }) => state === "available") ? "of another state" : (own[0]?.state ?? "no image");
}

/** One that is being made counts: `deploy` does not keep anybody waiting for it. */
const seen = ({ state, encrypted }: Image): string =>
  state === "pending" || encrypted === true ? "there, encrypted" : "not encrypted";
