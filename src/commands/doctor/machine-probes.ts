import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { Lecture05Error } from "../../errors.ts";
import { childEnvironment } from "../../records/child-environment.ts";
import { connectEngine, translateEngineError } from "../../sandbox/docker/engine.ts";
import { findImages } from "../../sandbox/docker/images.ts";
import { machineMirrors } from "../../sandbox/docker/machine-apt.ts";
import { sandboxHome } from "../../sandbox/launcher.ts";
import type { Site } from "../services.ts";
import type { EngineFacts, Probes } from "./probes.ts";

const answerTimeoutMs = 5000;

/** The probes of the machine that we are on. */
export function createProbes({ env, stateDirectory, signal }: Site): Probes {
  return {
    nodeVersion: process.version,
    platform: process.platform,
    env,
    isRoot: process.getuid?.() === 0,
    stateDirectory,
    home: env.HOME || homedir(),
    sandboxHome: sandboxHome(env),
    findProgram: (name) => findProgram(name, env),
    async groups() {
      const { stdout } = await promisify(execFile)("id", ["-Gn"], { env: childEnvironment(env) });
      return stdout.trim().split(/\s+/);
    },
    engine: engineFacts,
    imagesPresent: async () => (await findImages(await connectEngine())) !== undefined,
    registryAnswers: async () => typeof (await httpStatus("https://registry-1.docker.io/v2/", signal)) === "number",
    mirror: async () => (await machineMirrors()).main,
    httpStatus: (url) => httpStatus(url, signal),
    freeBytes,
    whyNotWritable,
    whyNotListening,
  };
}

function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  // Programs of the system are often not in an ordinary user's path.
  const directories = [...(env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"].filter(Boolean);
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function engineFacts(): Promise<EngineFacts | Lecture05Error> {
  try {
    const docker = await connectEngine();
    const [version, info] = await Promise.all([docker.version(), docker.info() as Promise<EngineInfo>]);
    return {
      serverVersion: version.Version,
      apiVersion: version.ApiVersion,
      operatingSystem: info.OperatingSystem ?? "",
      cgroupVersion: info.CgroupVersion ?? "",
      rootDirectory: info.DockerRootDir ?? "/var/lib/docker",
    };
  } catch (error) {
    return error instanceof Lecture05Error ? error : translateEngineError(error);
  }
}

interface EngineInfo {
  readonly OperatingSystem?: string;
  readonly CgroupVersion?: string;
  readonly DockerRootDir?: string;
}

async function httpStatus(url: string, signal: AbortSignal): Promise<number | string> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]);
    const response = await fetch(url, { method: "HEAD", redirect: "follow", signal: limit });
    return response.status;
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    return cause?.code ?? (error as Error).name;
  }
}

async function freeBytes(directory: string): Promise<number | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  return disk && disk.bavail * disk.bsize;
}

async function whyNotWritable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(path);
    // What is not there yet will be made in its parent; a socket is made by its own program.
    if (code === "ENOENT" && parent !== path && !path.endsWith(".sock")) return whyNotWritable(parent);
    return code ?? String(error);
  }
}

function whyNotListening(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, address, () => server.close(() => resolve(undefined)));
  });
}
