import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createClock } from "../../engine/interrupt.ts";
import { Lecture05Error } from "../../errors.ts";
import { connectEngine } from "../../sandbox/docker/engine.ts";
import { ensureImages } from "../../sandbox/docker/images.ts";
import { childEnvironment } from "../../records/child-environment.ts";
import type { Site } from "../services.ts";
import type { Repairs } from "./probes.ts";
import { untranslated } from "../../text.ts";

const engineLog = "/var/log/lecture05-dockerd.log";
const serviceWaitMs = 10_000;
const ownWaitMs = 60_000;

/** Repairs of the machine that we are on: Debian packages, the Docker engine, our images. */
export function createRepairs({ env, signal }: Site): Repairs {
  const run = (program: string, args: readonly string[]): Promise<{ code: number; output: string }> =>
    capture(program, args, { ...childEnvironment(env), DEBIAN_FRONTEND: "noninteractive" }, signal);

  return {
    async installPackages(names) {
      // A package list that is out of date is the usual reason for a failed installation.
      await run("apt-get", ["update"]).catch((error: Error) => throwInstallation(names, error.message));
      const { code, output } = await run("apt-get", ["install", "-y", "--no-install-recommends", ...names]);
      if (code !== 0) throwInstallation(names, output);
    },

    async startDocker() {
      await run("service", ["docker", "start"]).catch(() => {});
      if (await engineAnswers(serviceWaitMs, signal)) return;
      // No init that could start services (a container, a minimal VM): start it ourselves.
      const log = openSync(engineLog, "a", 0o640);
      const child = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log], env: childEnvironment(env) });
      child.once("error", () => {});
      child.unref();
      closeSync(log);
      if (!(await engineAnswers(ownWaitMs, signal))) throw engineFailed();
    },

    async buildImages(onProgress) {
      await ensureImages(await connectEngine(), { onProgress, signal });
    },
  };
}

async function engineAnswers(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const clock = createClock(signal);
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await connectEngine().catch(() => undefined)) return true;
    await clock.sleep(200);
  }
  return false;
}

function capture(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], signal });
    let output = "";
    const keep = (part: Buffer): void => void (output = (output + part.toString("utf8")).slice(-8000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function throwInstallation(names: readonly string[], output: string): never {
  const tail = output.trimEnd().split("\n").slice(-6).join("\n");
  throw new Lecture05Error("PREREQUISITE_MISSING", {
    what: { en: `apt could not install ${names.join(" ")}`, ja: `apt で ${names.join(" ")} をインストールできません` },
    why: untranslated(tail),
    next: [`apt-get install ${names.join(" ")}`],
  });
}

function engineFailed(): Lecture05Error {
  const tail = readFileSync(engineLog, "utf8").trimEnd().split("\n").slice(-6).join("\n");
  return new Lecture05Error("DOCKER_UNAVAILABLE", {
    what: { en: "The Docker engine did not start", ja: "Docker エンジンが起動しませんでした" },
    why: untranslated(tail),
    next: [`tail ${engineLog}`],
  });
}
