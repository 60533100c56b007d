import { rm } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { Lecture05Error } from "../../errors.ts";
import { connectEngine, statusOf, translateEngineError, unlessDone } from "../../sandbox/docker/engine.ts";
import { ensureImages } from "../../sandbox/docker/images.ts";
import { resetDocker } from "../../sandbox/docker/inventory.ts";
import { labels } from "../../sandbox/docker/names.ts";
import { holdsResources } from "../../sandbox/holdings.ts";
import { HostCache, hostCacheDirectory } from "../../sandbox/host-cache.ts";
import { internalPrefix } from "../../sandbox/daemon-files.ts";
import {
  ensureDaemon,
  findDaemon,
  rootCredentials,
  sandboxHome,
  stopDaemon,
  type RunningDaemon,
} from "../../sandbox/launcher.ts";
import { readRealism } from "../../sandbox/realism/settings.ts";
import { packageDirectory, version } from "../package-facts.ts";
import { sandboxIdIn } from "../sandbox-id.ts";
import type { SandboxControl, SandboxEndpoint, SandboxStatus } from "../services.ts";
import { assertOwnHome } from "./own-home.ts";
import { keepRealism } from "./keep-realism.ts";

/** The sandbox of this user, as the commands handle it. */
export function createSandboxControl(env: NodeJS.ProcessEnv): SandboxControl {
  const home = sandboxHome(env);
  const cacheDirectory = hostCacheDirectory(env);

  const endpointOf = (daemon: RunningDaemon): SandboxEndpoint => {
    const credentials = rootCredentials(home);
    if (!credentials) throw keyMissing(home);
    const id = sandboxIdIn(home);
    return {
      url: daemon.endpoint,
      credentials,
      callerAddressUrl: `${daemon.endpoint}${internalPrefix}caller-address`,
      identity: id === undefined ? undefined : { id, home },
    };
  };

  return {
    async ensure({ onProgress, signal, realism }) {
      assertOwnHome(home, env);
      const docker = await connectEngine();
      // The daemon reads it when it starts; its hosts go on meanwhile.
      if (await keepRealism(home, realism)) await stopDaemon(home);
      const running = await findDaemon(home);
      // A running daemon of this version has seen to its images already.
      if (running?.version !== version) await ensureImages(docker, { onProgress, signal }).catch(explainEngine);
      if (!running) onProgress({ en: "starting the sandbox", ja: "サンドボックスを起動しています" });
      const entry = join(packageDirectory(), "dist", "sandbox-daemon.cjs");
      return endpointOf(await ensureDaemon(home, { entry, version, env }));
    },

    async find() {
      const daemon = await findDaemon(home);
      return daemon && endpointOf(daemon);
    },

    async status() {
      const daemon = await findDaemon(home);
      const docker = await connectEngine().catch(unlessUnavailable);
      const containers = docker && (await listOurs(docker, home, { all: true }));
      return {
        home,
        holdsResources: holdsResources(home),
        cache: cacheDirectory === undefined ? undefined : await cacheFacts(cacheDirectory),
        realism: readRealism(home),
        daemon: daemon && { pid: daemon.pid, port: daemon.port, since: daemon.startedAt },
        containers: containers?.map(({ Id, Names, State }) => ({
          name: Names[0]?.replace(/^\//, "") ?? Id,
          state: State,
        })),
      };
    },

    async stop() {
      const stopped = await stopDaemon(home);
      const docker = await connectEngine().catch(unlessUnavailable);
      const running = docker ? await listOurs(docker, home, { all: false }) : [];
      await Promise.all(running.map(async ({ Id }) => docker && unlessDone(docker.getContainer(Id).stop({ t: 20 }))));
      return stopped || running.length > 0;
    },

    async reset({ images, cache }) {
      assertOwnHome(home, env);
      await stopDaemon(home);
      const docker = await connectEngine();
      // A sandbox that never ran has no id, and nothing under it; the images are everybody's.
      await resetDocker(docker, sandboxIdIn(home) ?? "none", { images });
      // Another reset at the same time may still be at it.
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
      if (cache && cacheDirectory !== undefined) await new HostCache(cacheDirectory).clear();
    },
  };
}

async function cacheFacts(directory: string): Promise<NonNullable<SandboxStatus["cache"]>> {
  return { directory, bytes: await new HostCache(directory).sizeBytes() };
}

async function listOurs(
  docker: Docker,
  home: string,
  options: { readonly all: boolean },
): Promise<Docker.ContainerInfo[]> {
  const id = sandboxIdIn(home);
  if (id === undefined) return [];
  return docker.listContainers({ ...options, filters: { label: [`${labels.sandbox}=${id}`] } });
}

function unlessUnavailable(error: unknown): undefined {
  if (error instanceof Lecture05Error && error.code === "DOCKER_UNAVAILABLE") return undefined;
  throw error;
}

/** An engine that answered the ping and then refuses something is in trouble itself. */
function explainEngine(error: unknown): never {
  throw error instanceof Lecture05Error || statusOf(error) === undefined ? error : translateEngineError(error);
}

function keyMissing(home: string): Lecture05Error {
  return new Lecture05Error("SANDBOX_UNAVAILABLE", {
    what: { en: "The sandbox has no root key", ja: "サンドボックスのルートキーがありません" },
    why: { en: `It is not in ${home}`, ja: `${home} にありません` },
    next: ["lecture05 sandbox stop", "lecture05 sandbox start"],
  });
}
