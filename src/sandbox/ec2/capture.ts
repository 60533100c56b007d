import type { World } from "../world.ts";
import { isNeeded } from "./disk-copies.ts";
import { serverError } from "./life.ts";
import type { ImageRecord } from "./records.ts";

/** Copies the host's disk in the background, after what is under way with the host. */
export function captureImage(world: World, image: ImageRecord): void {
  const { ec2, log, runtime } = world;
  const { id, sourceInstanceId = "", reboot = true } = image;
  const work = ec2.transitions.enqueue(sourceInstanceId, async () => {
    if (!Object.hasOwn(ec2.data.images, id)) return;
    let failure: string | undefined;
    try {
      await runtime.captureImage(sourceInstanceId, id, { reboot });
    } catch (error) {
      log({ level: "error", event: "image-failed", image: id, error: String(error) });
      failure = serverError(error).message;
    }
    await ec2.note(() => {
      const snapshot = ec2.data.snapshots[image.snapshotId];
      if (snapshot) snapshot.state = failure === undefined ? "completed" : "error";
      const record = ec2.data.images[id];
      if (record)
        Object.assign(record, { state: failure === undefined ? "available" : "failed", stateReason: failure });
    });
    // Both went while the disk was being copied.
    if (!isNeeded(world, id)) await runtime.removeImage(id);
  });
  work.catch((error: unknown) => log({ level: "error", event: "image-failed", image: id, error: String(error) }));
}

/** After the daemon's start: goes on with images that were being made. */
export function captureRest(world: World): void {
  for (const image of Object.values(world.ec2.data.images)) if (image.state === "pending") captureImage(world, image);
}
