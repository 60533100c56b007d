import type { World } from "../world.ts";
import { isPublic } from "./images.ts";

/** The copy of a disk is there for the image and for its snapshot; it goes with the last of them. */
export async function dropUnneededCopy(world: World, imageId: string): Promise<void> {
  if (isPublic(imageId) || isNeeded(world, imageId)) return;
  await world.runtime.removeImage(imageId).catch((error: unknown) => {
    world.log({ level: "warn", event: "image-not-removed", image: imageId, error: String(error) });
  });
}

/** A host that is still to be launched from it needs it, too. */
export function isNeeded({ ec2: { data } }: World, imageId: string): boolean {
  return (
    Object.hasOwn(data.images, imageId) ||
    Object.values(data.snapshots).some((snapshot) => snapshot.imageId === imageId) ||
    Object.values(data.instances).some((instance) => instance.imageId === imageId && instance.state === "pending")
  );
}
