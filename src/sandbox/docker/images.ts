import { statfs } from "node:fs/promises";
import type Docker from "dockerode";
import { Lecture05Error } from "../../errors.ts";
import type { LocalizedText } from "../../text.ts";
import { ensureBase } from "./base-image.ts";
import { buildImage, removeAbandonedBuilds, removeOldImages } from "./build-image.ts";
import { withBuildLock } from "./build-lock.ts";
import { isDesktop, unlessMissing } from "./engine.ts";
import { machineAptSettings, machineMirrors } from "./machine-apt.ts";
import { extraAuthorities, proxyVariables } from "./machine-trust.ts";
import { type Recipes, recipesFor } from "./recipe.ts";

const neededBytes = 2 * 1024 ** 3;

export interface SandboxImages {
  readonly host: string;
  readonly appliance: string;
}

export interface EnsureImagesOptions {
  readonly onProgress: (message: LocalizedText) => void;
  readonly signal?: AbortSignal;
}

/** The images of the present recipe, undefined when one of them has not been built. */
export async function findImages(docker: Docker): Promise<SandboxImages | undefined> {
  return findBuilt(docker, await machineRecipes(docker));
}

/** The image of databases, which is built when the first one needs it. Returns its name. */
export async function ensureDatabaseImage(docker: Docker): Promise<string> {
  const recipes = await machineRecipes(docker);
  const { tag } = recipes.database;
  if (await isBuilt(docker, tag)) return tag;
  return withBuildLock({ onWait: () => {}, signal: undefined }, async () => {
    if (await isBuilt(docker, tag)) return tag;
    await checkDisk(docker);
    await removeAbandonedBuilds(docker);
    await buildImage(docker, recipes.host.tag, recipes.database, undefined);
    return tag;
  });
}

/**
 * Builds what is missing of the host and appliance images. Two processes may call it at once: one builds, the other
 * waits. Throws SANDBOX_IMAGE_FAILED or PREREQUISITE_MISSING; an interrupted build leaves nothing behind.
 */
export async function ensureImages(docker: Docker, options: EnsureImagesOptions): Promise<SandboxImages> {
  const recipes = await machineRecipes(docker);
  const found = await findBuilt(docker, recipes);
  if (found) return found;
  const { signal } = options;
  const onWait = (pid: number): void =>
    options.onProgress({
      en: `Waiting for process ${pid}, which is building the images`,
      ja: `プロセス ${pid} がイメージを作成中のため待っています`,
    });
  return withBuildLock({ onWait, signal }, async () => {
    const builtMeanwhile = await findBuilt(docker, recipes);
    if (builtMeanwhile) return builtMeanwhile;
    await removeAbandonedBuilds(docker);
    await build(docker, recipes, options);
    await removeOldImages(docker, [recipes.baseTag, recipes.host.tag, recipes.appliance.tag, recipes.database.tag]);
    return { host: recipes.host.tag, appliance: recipes.appliance.tag };
  });
}

async function build(docker: Docker, recipes: Recipes, { onProgress, signal }: EnsureImagesOptions): Promise<void> {
  if (!(await isBuilt(docker, recipes.host.tag))) {
    await checkDisk(docker);
    const machine = await machineFacts(docker);
    const base = await ensureBase(docker, { tag: recipes.baseTag, machine, onProgress, signal });
    onProgress({
      en: "Building the host image (Debian 13 with systemd)",
      ja: "ホストのイメージを作成しています (Debian 13 + systemd)",
    });
    await buildImage(docker, base, recipes.host, signal);
  }
  onProgress({
    en: "Building the load balancer's image (HAProxy)",
    ja: "ロードバランサーのイメージを作成しています (HAProxy)",
  });
  await buildImage(docker, recipes.host.tag, recipes.appliance, signal);
}

async function machineRecipes(docker: Docker): Promise<Recipes> {
  return recipesFor(await machineFacts(docker));
}

async function machineFacts(docker: Docker): Promise<Parameters<typeof recipesFor>[0]> {
  const [{ Arch: architecture }, mirrors, aptSettings, authorities] = await Promise.all([
    docker.version(),
    machineMirrors(),
    machineAptSettings(),
    extraAuthorities(process.env),
  ]);
  return { architecture, mirrors, aptSettings, authorities, proxies: proxyVariables(process.env) };
}

async function findBuilt(docker: Docker, { host, appliance }: Recipes): Promise<SandboxImages | undefined> {
  const built = await Promise.all([isBuilt(docker, host.tag), isBuilt(docker, appliance.tag)]);
  return built.every(Boolean) ? { host: host.tag, appliance: appliance.tag } : undefined;
}

async function isBuilt(docker: Docker, tag: string): Promise<boolean> {
  return (await unlessMissing(docker.getImage(tag).inspect())) !== undefined;
}

async function checkDisk(docker: Docker): Promise<void> {
  // Desktop's disk is inside its virtual machine, where it cannot be measured from here.
  if (await isDesktop(docker)) return;
  const { DockerRootDir: directory } = (await docker.info()) as { DockerRootDir: string };
  const disk = await statfs(directory).catch(() => undefined);
  if (!disk) return;
  const free = disk.bavail * disk.bsize;
  if (free >= neededBytes) return;
  const gigabytes = (free / 1024 ** 3).toFixed(1);
  throw new Lecture05Error("PREREQUISITE_MISSING", {
    what: {
      en: "Too little disk space for the sandbox's images",
      ja: "sandbox のイメージを置くディスクの空きが足りません",
    },
    why: {
      en: `${gigabytes} GB are free in ${directory}, 2 GB are needed`,
      ja: `${directory} の空きは ${gigabytes} GB です (2 GB 必要)`,
    },
    next: ["docker system df", "docker system prune"],
  });
}
