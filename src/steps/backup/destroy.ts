import type { ObjectStorage } from "../../ports/object-storage.ts";
import { roleNameOf } from "../ec2/observe.ts";
import { imageRemovals } from "../host-image.ts";
import { backupBucketNameFor } from "../s3/bucket-name.ts";
import { removalOf } from "../s3/destroy.ts";
import type { DestroyOptions, DestroyOutcome, Kept, StepContext } from "../step.ts";
import { tearDown } from "../tear-down.ts";
import { backupImage, imagesOfGroup } from "./host-image.ts";
import { backupPolicyName } from "./policies.ts";
import { keptForGood, ownPrefixes } from "./settings.ts";

/**
 * The backups outlive the stack unless it was said that they go. What stays expires no more: nothing new comes, and the
 * last backups are the ones that somebody may want. The images go: a host is made anew in minutes, and they hold its keys.
 */
export async function destroyBackup(ctx: StepContext, options: DestroyOptions): Promise<DestroyOutcome> {
  const { identity, objectStorage } = ctx.ports;
  const bucket = backupBucketNameFor(ctx);
  const roleName = roleNameOf(ctx.stack);
  // Nobody writes any more while the bucket goes, and a host that ends later adds nothing to one that stays.
  if (await identity.findRole(ctx.stack, roleName)) await identity.deleteInlinePolicy(roleName, backupPolicyName);
  const ofImages = await imageRemovals(ctx, backupImage.step, imagesOfGroup(ctx));
  if (!(await objectStorage.ownsBucket(ctx.stack, bucket))) return tearDown(ctx, ofImages);
  if (options.deleteBackups === true) {
    return tearDown(ctx, [...ofImages, removalOf(ctx, bucket, options, ownPrefixes)]);
  }
  await objectStorage.putExpiryRules(bucket, keptForGood);
  return { ...(await tearDown(ctx, ofImages)), kept: [await keptBackups(objectStorage, bucket)] };
}

/** What the stack's backups take; undefined when there are none. */
export async function backupData(
  about: Pick<StepContext, "stack" | "account" | "region" | "ports">,
): Promise<Kept | undefined> {
  const { objectStorage } = about.ports;
  const bucket = backupBucketNameFor(about);
  return (await objectStorage.ownsBucket(about.stack, bucket)) ? keptBackups(objectStorage, bucket) : undefined;
}

/** Counted with the versions that are not current, which cost as much. */
async function keptBackups(storage: Pick<ObjectStorage, "eachVersion">, bucket: string): Promise<Kept> {
  let objects = 0;
  let size = 0;
  for await (const { sizeBytes } of storage.eachVersion(bucket, "")) {
    objects += 1;
    size += sizeBytes;
  }
  return { type: "s3:bucket", id: bucket, objects, sizeBytes: size, backups: true };
}
