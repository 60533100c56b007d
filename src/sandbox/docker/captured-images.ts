import type { DockerContext } from "./context.ts";
import { unlessDone } from "./engine.ts";
import { amiTag, hostName, labels } from "./names.ts";

/** Commits a host's disk. What the image inherits as labels is overridden, else it would count as the host itself. */
export async function captureImage(context: DockerContext, instanceId: string, imageId: string): Promise<void> {
  const [repo, tag] = amiTag(imageId).split(":");
  await context.docker.getContainer(hostName(context.sandboxId, instanceId)).commit({
    repo,
    tag,
    pause: true,
    changes: [`LABEL ${labels.image}=ami ${labels.sandbox}=${context.sandboxId} ${labels.role}=image`].join("\n"),
  });
}

export async function removeImage({ docker }: DockerContext, imageId: string): Promise<void> {
  // By force only the name goes while hosts still run from it; the engine drops the rest with the last of them.
  await unlessDone(docker.getImage(amiTag(imageId)).remove({ force: true }));
}
