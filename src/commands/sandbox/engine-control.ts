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
import { ensureDaemon, findDaemon, stopDaemon, type RunningDaemon } from "../../sandbox/launcher.ts";
import { readRealism } from "../../sandbox/realism/settings.ts";
import { packageDirectory, version } from "../package-facts.ts";
import { sandboxIdIn } from "../sandbox-id.ts";
import type { EnsureSandboxOptions, SandboxControl, SandboxStatus } from "../services.ts";
import { assertOwnHome } from "./own-home.ts";

export interface EngineControl extends Pick<SandboxControl, "status" | "stop" | "reset"> {
  /** Images, then the daemon; one that runs already is to be started anew when `restart`. */
  start(options: Pick<EnsureSandboxOptions, "onProgress" | "signal"> & { restart: boolean }): Promise<RunningDaemon>;
}

/** What the commands ask of the Docker engine itself. Loading its client takes longer than most commands do. */
export function createEngineControl(home: string, env: NodeJS.ProcessEnv): EngineControl {
  const cacheDirectory = hostCacheDirectory(env);
  return {
    async start({ onProgress, signal, restart }) {
      const docker = await connectEngine();
      // The daemon reads its settings when it starts; its hosts go on meanwhile.
      if (restart) await stopDaemon(home);
      const running = await findDaemon(home);
      // A running daemon of this version has seen to its images already.
      if (running?.version !== version) await ensureImages(docker, { onProgress, signal }).catch(explainEngine);
      if (!running) onProgress({ en: "starting the sandbox", ja: "サンドボックスを起動しています" });
      const entry = join(packageDirectory(), "dist", "sandbox-daemon.cjs");
      return ensureDaemon(home, { entry, version, env });
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
