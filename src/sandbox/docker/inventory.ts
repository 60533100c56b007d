import type Docker from "dockerode";
import { removeContainer, unlessDone } from "./engine.ts";
import { labels } from "./names.ts";

export interface DockerInventory {
  readonly containers: string[];
  readonly networks: string[];
  readonly images: string[];
  readonly volumes: string[];
}

/** Everything in Docker that carries the sandbox's label; "all" stands for every sandbox of this machine. */
export async function listInventory(docker: Docker, sandboxId: string): Promise<DockerInventory> {
  const label = [sandboxId === "all" ? labels.sandbox : `${labels.sandbox}=${sandboxId}`];
  const [containers, networks, images, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters: { label } }),
    docker.listNetworks({ filters: { label } }),
    docker.listImages({ filters: { label } }),
    docker.listVolumes({ filters: { label } }),
  ]);
  return {
    containers: containers.map(({ Id, Names }) => Names[0]?.replace(/^\//, "") ?? Id).sort(),
    networks: networks.map(({ Name }) => Name).sort(),
    images: images.map(({ Id, RepoTags }) => RepoTags?.[0] ?? Id).sort(),
    // The engine answers null for none.
    volumes: (volumes ?? []).map(({ Name }) => Name).sort(),
  };
}

/**
 * Removes every container, network, volume and captured image of a sandbox, found by label, and nothing else. With
 * `images` also the images that all sandboxes share, unless another one is using them.
 */
export async function resetDocker(
  docker: Docker,
  sandboxId: string,
  options: { images?: boolean } = {},
): Promise<DockerInventory> {
  const found = await listInventory(docker, sandboxId);
  await Promise.all(found.containers.map((name) => removeContainer(docker.getContainer(name))));
  await Promise.all(found.networks.map((name) => unlessDone(docker.getNetwork(name).remove() as Promise<unknown>)));
  await Promise.all(found.volumes.map((name) => unlessDone(docker.getVolume(name).remove() as Promise<unknown>)));
  for (const name of found.images) await unlessDone(docker.getImage(name).remove({ force: true }));
  const shared = options.images ? await removeSharedImages(docker) : [];
  return { ...found, images: [...found.images, ...shared] };
}

async function removeSharedImages(docker: Docker): Promise<string[]> {
  const removed: string[] = [];
  // From the leaves to the base: an image with others on it cannot go.
  for (const kind of ["database", "appliance", "host", "base"]) {
    const images = await docker.listImages({ filters: { label: [`${labels.image}=${kind}`] } });
    for (const { Id, RepoTags } of images) {
      const name = RepoTags?.[0] ?? Id;
      const gone = await unlessDone(docker.getImage(Id).remove()).catch(() => false);
      if (gone) removed.push(name);
    }
  }
  return removed;
}
