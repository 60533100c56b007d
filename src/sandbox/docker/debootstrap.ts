import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { Lecture05Error } from "../../errors.ts";
import { childEnvironment } from "../../records/child-environment.ts";
import type { LocalizedText } from "../../text.ts";
import { debianRelease } from "./recipe.ts";

// Not /tmp: it may be memory, or mounted noexec.
const workRoot = "/var/tmp";
const workPrefix = "lecture05-base-";
const programs = ["/usr/sbin/debootstrap", "/usr/bin/debootstrap", "/sbin/debootstrap"];
const scripts = "/usr/share/debootstrap/scripts";

export interface DebootstrapOptions {
  readonly tag: string;
  readonly mirror: string;
  readonly architecture: string;
  readonly onProgress: (message: LocalizedText) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a minimal Debian from the mirror alone and imports it, for machines without a container registry. */
export async function importDebootstrap(docker: Docker, options: DebootstrapOptions): Promise<void> {
  const program = findDebootstrap();
  await removeLeftovers();
  const directory = await mkdtemp(join(workRoot, workPrefix));
  try {
    options.onProgress({
      en: `No container registry answers; fetching Debian from ${options.mirror}`,
      ja: `コンテナレジストリに接続できないため、${options.mirror} から Debian を取得しています`,
    });
    // An old debootstrap does not know the release's name; all recent releases share sid's script.
    const script = existsSync(join(scripts, debianRelease)) ? [] : [join(scripts, "sid")];
    // In a mount namespace of its own, what debootstrap mounts can never be deleted with the directory.
    const isolated = ["--mount", "--propagation", "private", program];
    const flags = ["--variant=minbase", `--arch=${options.architecture}`];
    const operands = [debianRelease, directory, options.mirror, ...script];
    await run("unshare", [...isolated, ...flags, ...operands], options.signal);
    options.onProgress({ en: "Importing Debian into Docker", ja: "Debian を Docker に取り込んでいます" });
    await importDirectory(docker, directory, options);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function findDebootstrap(): string {
  const program = programs.find((path) => existsSync(path));
  if (!program) {
    throw new Lecture05Error("PREREQUISITE_MISSING", {
      what: { en: "The sandbox's base image cannot be made", ja: "sandbox のベースイメージを作成できません" },
      why: {
        en: "No container registry answers, and debootstrap is not installed",
        ja: "コンテナレジストリに接続できず、debootstrap も入っていません",
      },
      next: [
        "sudo apt-get install debootstrap",
        { en: "or make docker pull debian:13 work", ja: "または docker pull debian:13 ができるようにする" },
      ],
    });
  }
  if (process.getuid?.() !== 0) {
    throw new Lecture05Error("PREREQUISITE_MISSING", {
      what: { en: "Making the base image needs root", ja: "ベースイメージの作成には root 権限が必要です" },
      why: {
        en: "No container registry answers, and debootstrap runs as root only",
        ja: "コンテナレジストリに接続できず、debootstrap は root でしか動きません",
      },
      next: [{ en: "sudo lecture05 doctor --fix, once", ja: "一度だけ sudo lecture05 doctor --fix を実行する" }],
    });
  }
  return program;
}

/** Directories of builds that were killed. The build lock is held, so none of them is in use. */
async function removeLeftovers(): Promise<void> {
  const names = (await readdir(workRoot)).filter((name) => name.startsWith(workPrefix));
  await Promise.all(names.map((name) => rm(join(workRoot, name), { recursive: true, force: true })));
}

/** Runs a program in a process group of its own, so that an abort ends its children too. */
async function run(program: string, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const env = childEnvironment(process.env);
  const child = spawn(program, args, { detached: true, env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const remember = (chunk: Buffer): void => {
    lines.push(...chunk.toString().split("\n").filter(Boolean));
    lines.splice(0, lines.length - 15);
  };
  child.stdout.on("data", remember);
  child.stderr.on("data", remember);
  const abort = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    signal?.throwIfAborted();
    if (code !== 0) throw imageFailure("debootstrap", code, lines);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

async function importDirectory(docker: Docker, directory: string, options: DebootstrapOptions): Promise<void> {
  const excluded = ["./proc/*", "./sys/*", "./dev/*", "./var/cache/apt/archives/*.deb", "./var/lib/apt/lists/*"];
  const tar = spawn(
    "tar",
    ["-C", directory, "--numeric-owner", "--xattrs", ...excluded.map((path) => `--exclude=${path}`), "-c", "."],
    { env: childEnvironment(process.env), stdio: ["ignore", "pipe", "inherit"] },
  );
  const finished = new Promise<number | null>((resolve, reject) => {
    tar.on("error", reject);
    tar.on("close", resolve);
  });
  const [repo, tag] = options.tag.split(":");
  try {
    const answer = await docker.importImage(tar.stdout, {
      repo,
      tag,
      changes: "LABEL lecture05.image=base",
      ...(options.signal ? { abortSignal: options.signal } : {}),
    });
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(answer, (error) => (error ? reject(error) : resolve())),
    );
    const code = await finished;
    if (code !== 0) throw imageFailure("tar", code, []);
  } finally {
    tar.kill();
  }
}

/** A stage of the build that failed, with the last lines that it said. */
export function imageFailure(stage: string, code: number | null, lines: readonly string[]): Lecture05Error {
  const said = lines.length > 0 ? `:\n${lines.join("\n")}` : "";
  return new Lecture05Error("SANDBOX_IMAGE_FAILED", {
    what: { en: "The sandbox's image could not be built", ja: "sandbox のイメージを作成できませんでした" },
    why: { en: `${stage} ended with ${code}${said}`, ja: `${stage} が ${code} で終了しました${said}` },
    next: [
      {
        en: "check that the Debian mirror can be reached, then try again",
        ja: "Debian のミラーに接続できるか確認し、もう一度実行する",
      },
      "lecture05 doctor",
    ],
  });
}
