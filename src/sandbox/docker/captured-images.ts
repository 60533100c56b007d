import type { DockerContext } from "./context.ts";
import { removeContainer, statusOf, unlessDone, unlessMissing } from "./engine.ts";
import type { FirewallKeeper } from "./firewall-keeper.ts";
import { settle, stopContainer } from "./hosts.ts";
import { amiTag, hostName, labels } from "./names.ts";
import { startContainer } from "./start-container.ts";

/**
 * Commits a host's disk. What the image inherits as labels is overridden, else it would count as the host itself. The
 * name comes with the last step, so an image that has its name is whole.
 */
export async function captureImage(
  context: DockerContext,
  firewalls: FirewallKeeper,
  instanceId: string,
  { imageId, reboot }: { readonly imageId: string; readonly reboot: boolean },
): Promise<void> {
  const { docker, sandboxId } = context;
  const name = hostName(sandboxId, instanceId);
  const container = docker.getContainer(name);
  const isDown = reboot && (await container.inspect()).State.Running;
  try {
    if (await unlessMissing(docker.getImage(amiTag(imageId)).inspect())) return;
    // Not noted as stopped: a daemon that starts after a kill here brings the host back.
    if (isDown) await stopContainer(docker, name);
    const [repo, tag] = amiTag(imageId).split(":");
    await container.commit({
      repo,
      tag,
      // Copying takes seconds. On EC2 nobody notices that a snapshot is being taken; a frozen host would keep visitors
      // waiting, and answer to no command.
      pause: false,
      changes: [`LABEL ${labels.image}=ami ${labels.sandbox}=${sandboxId} ${labels.role}=image`].join("\n"),
    });
  } finally {
    if (isDown && !(await container.inspect()).State.Running) {
      await startContainer(docker, name);
      await settle(context, firewalls, name);
    }
  }
}

export async function removeImage({ docker }: DockerContext, imageId: string): Promise<void> {
  // By force only the name goes while hosts still run from it.
  await unlessDone(docker.getImage(amiTag(imageId)).remove({ force: true }));
}

/** A host, and the image that it was made from when that has lost its name and nothing else stands on it. */
export async function removeCapturedHost({ docker }: DockerContext, name: string): Promise<void> {
  const container = docker.getContainer(name);
  const imageId = (await unlessMissing(container.inspect()))?.Image;
  await removeContainer(container);
  const image = imageId === undefined ? undefined : await unlessMissing(docker.getImage(imageId).inspect());
  if (!image || image.Config.Labels?.[labels.image] !== "ami" || image.RepoTags.length > 0) return;
  try {
    await unlessDone(docker.getImage(image.Id).remove());
  } catch (error) {
    // Another host runs from it, and takes it along.
    if (statusOf(error) !== 409) throw error;
  }
}
