import { syncWithHosts } from "../ec2/host-sync.ts";
import type { World } from "../world.ts";
import { beginGrace } from "./health.ts";
import { keepGroup } from "./keep.ts";

const pauseMs = 1_000;

/** Auto Scaling's own work, which nobody asks for: looks at every group, one after another, as long as the daemon runs. */
export function keepGroups(world: World): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  beginGrace(world);
  let looking: Promise<void> = Promise.resolve();
  const next = (): void => {
    looking = lookAtAll(world).finally(() => {
      if (!isStopped) timer = setTimeout(next, pauseMs).unref();
    });
  };
  next();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** What one group cannot get done must not keep the others waiting; it is tried again. Never rejects. */
export async function lookAtAll(world: World): Promise<void> {
  const names = Object.keys(world.autoscaling.data.groups);
  if (names.length === 0) return;
  await syncWithHosts(world).catch(() => {});
  for (const name of names) {
    await keepGroup(world, name).catch((error: unknown) => {
      world.log({ level: "error", event: "auto-scaling", group: name, error: String(error) });
    });
  }
}
