import { syncDisk } from "../remote/sync-disk.ts";
import { backup } from "../steps/backup.ts";
import { beginHostImage, removeOldHostImages } from "../steps/backup/host-image.ts";
import { ensureImage } from "../steps/host-image.ts";
import { runScript } from "../steps/host-scripts.ts";
import { goldenImage, removeOldImages } from "../steps/redundancy/image.ts";
import { launchFrom } from "../steps/redundancy/group.ts";
import { observe, sourceOf } from "../steps/redundancy/observe.ts";
import { redundancySchema } from "../steps/redundancy/output.ts";
import { ensureTemplate, launchSettings } from "../steps/redundancy/template.ts";
import type { StepContext } from "../steps/step.ts";
import { untranslated } from "../text.ts";
import type { Work } from "./work.ts";

/**
 * Hosts that the group launches from now on come with the release that runs: another image, another version of the
 * launch template. The hosts that there are have it already, so none is replaced. The image of the release before
 * stays for the way back; older ones go.
 */
export async function launchWithRelease({ session }: Work, ctx: StepContext): Promise<void> {
  const { state } = session.store;
  const { deployment } = state;
  const record = session.recordOf("redundancy");
  const output = redundancySchema.parse(record.output);
  const observed = await observe(ctx);
  const source = sourceOf(observed);
  if (!source || !observed.group || !deployment) throw new Error("there is no host to make an image of");
  await runScript(ctx, source.id, syncDisk());
  const image = await ensureImage(ctx, goldenImage, observed.images, source);
  const template = await ensureTemplate(ctx, observed.template, launchSettings(ctx, image.id, source));
  // Before the group knows of it: whoever looks then finds hosts that are as good as new ones.
  const instanceIds = observed.members.map(({ id }) => id);
  deployment.inPlace = { templateVersion: template.version, instanceIds };
  if (output.imageId !== image.id) deployment.previousImageId = output.imageId;
  record.output = { ...output, launchTemplateVersion: template.version, imageId: image.id };
  await session.save();
  await launchFrom(ctx, template, observed.group.desired);
  await removeOldImages(ctx, image.id, deployment.previousImageId);
}

/**
 * Begins the image of a single host that step `backup` keeps. Nobody waits for it, and visitors have the release whether
 * it can be made or not: without it the next `up` makes one.
 */
export async function keepImageOfRelease({ session }: Work): Promise<void> {
  if (!session.isApplied(backup)) return;
  const ctx = session.contextFor(backup);
  try {
    await beginHostImage(ctx);
    await removeOldHostImages(ctx);
  } catch (error) {
    const failure = session.translate(error)?.detail ?? { what: untranslated(String(error)) };
    const { en, ja } = failure.why ?? failure.what;
    ctx.progress({
      en: `no image of it was made, the next lecture05 up makes one: ${en}`,
      ja: `イメージを作成できませんでした。次回の lecture05 up で作成します: ${ja}`,
    });
  }
}
