import type Docker from "dockerode";
import { messageOf, statusOf, unlessDone } from "./engine.ts";

/**
 * Starts a container, running or not. Its network may have been removed and made again since it ran, such as by
 * `docker network prune`; Docker knows networks by ids, so the container is put into the new one, at its own address.
 */
export async function startContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.start();
  } catch (error) {
    if (statusOf(error) === 304) return;
    if (statusOf(error) !== 404 || !/network \S+ not found/.test(messageOf(error))) throw error;
    const { HostConfig, NetworkSettings, Id } = await container.inspect();
    const name = HostConfig.NetworkMode ?? "";
    const address = NetworkSettings.Networks[name]?.IPAMConfig?.IPv4Address;
    const network = docker.getNetwork(name);
    await unlessDone(network.disconnect({ Container: Id, Force: true }) as Promise<unknown>);
    const EndpointConfig = address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
    await network.connect({ Container: Id, EndpointConfig });
    await container.start();
  }
}
