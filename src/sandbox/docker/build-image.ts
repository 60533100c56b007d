import type Docker from "dockerode";
import { imageFailure } from "./debootstrap.ts";
import { removeContainer } from "./engine.ts";
import { labels } from "./names.ts";
import type { ImageRecipe } from "./recipe.ts";
import { putFiles, readSplit } from "./streams.ts";

const running = `${labels.build}=running`;

/** Runs a recipe in a container made from `from` and commits it. The container is removed whatever happens. */
export async function buildImage(
  docker: Docker,
  from: string,
  recipe: ImageRecipe,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const container = await docker.createContainer({
    Image: from,
    Cmd: ["sh", "-c", recipe.script],
    Labels: { [labels.build]: "running" },
  });
  const remove = (): Promise<void> => removeContainer(container);
  const abort = (): void => void remove().catch(() => {});
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (recipe.files.length > 0) await putFiles(container, recipe.files);
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const { stdout, stderr } = await readSplit(stream);
    signal?.throwIfAborted();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    if (code !== 0) throw imageFailure("apt-get", code, lastLines(stdout, stderr));
    const [repo, tag] = recipe.tag.split(":");
    await container.commit({ repo, tag, changes: recipe.changes.join("\n") });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
    await remove();
  }
}

function lastLines(stdout: Buffer, stderr: Buffer): string[] {
  const tail = (text: Buffer, count: number): string[] => text.toString().split("\n").filter(Boolean).slice(-count);
  return [...tail(stdout, 5), ...tail(stderr, 10)];
}

/** Removes containers of builds that were killed. Only for the holder of the build lock. */
export async function removeAbandonedBuilds(docker: Docker): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { label: [running] } });
  await Promise.all(containers.map(({ Id }) => removeContainer(docker.getContainer(Id))));
}

/** Removes the images of earlier recipes, as far as nothing was made from them. */
export async function removeOldImages(docker: Docker, current: readonly string[]): Promise<void> {
  // From the leaves to the base, so that an image goes before the one it stands on.
  for (const kind of ["database", "appliance", "host", "base"]) {
    const images = await docker.listImages({ filters: { label: [`${labels.image}=${kind}`] } });
    for (const image of images) {
      const tags = (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
      if (tags.some((tag) => current.includes(tag) || !tag.startsWith("lecture05/"))) continue;
      // Refused while a container or another image stands on it; the next build tries again.
      await docker
        .getImage(image.Id)
        .remove()
        .catch(() => {});
    }
  }
}
