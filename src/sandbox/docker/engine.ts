import type Docker from "dockerode";
import { Lecture05Error } from "../../errors.ts";
import { untranslated } from "../../text.ts";

const pingTimeoutMs = 3000;

/** Connects to the engine at DOCKER_HOST or the default socket. Throws DOCKER_UNAVAILABLE, with what to do about it. */
export async function connectEngine(): Promise<Docker> {
  // dockerode takes a while to load: only those who need Docker pay for it.
  const { default: DockerClient } = await import("dockerode");
  const docker = clientOf(() => new DockerClient());
  await pingEngine(docker);
  return docker;
}

/** The client reads its variables, and certificates that they name, when it is made. */
function clientOf(make: () => Docker): Docker {
  try {
    return make();
  } catch (error) {
    const why = messageOf(error);
    throw new Lecture05Error("CONFIG_INVALID", {
      what: { en: "DOCKER_HOST or a variable beside it is not valid", ja: "DOCKER_HOST などの変数が正しくありません" },
      why: untranslated(why),
      next: [
        "unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH",
        { en: "or make `docker info` work with them", ja: "または、その設定で docker info が動くようにする" },
      ],
      cause: error,
    });
  }
}

/** Throws DOCKER_UNAVAILABLE, also when there is no answer in time. */
export async function pingEngine(docker: Docker, timeoutMs = pingTimeoutMs): Promise<void> {
  let timedOut = false;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      timedOut = true;
      reject(new Error("The ping was not answered"));
    }, timeoutMs);
  });
  try {
    await Promise.race([docker.ping(), deadline]);
  } catch (error) {
    throw translateEngineError(error, timedOut);
  } finally {
    clearTimeout(timer);
  }
}

/** Why the engine does not answer: there is none, we may not, or something else. */
export function translateEngineError(error: unknown, timedOut = false): Lecture05Error {
  const code = errorCode(error);
  if (code === "EACCES" || code === "EPERM") {
    return new Lecture05Error("DOCKER_UNAVAILABLE", {
      what: { en: "This user may not use Docker", ja: "このユーザーには Docker を使う権限がありません" },
      why: { en: `The engine's socket answered ${code}`, ja: `エンジンのソケットが ${code} を返しました` },
      next: [
        { en: "run the command as root (sudo)", ja: "root で実行する (sudo)" },
        {
          en: "or join the group: sudo usermod -aG docker $USER, then log in again",
          ja: "または sudo usermod -aG docker $USER でグループに入り、ログインし直す",
        },
      ],
      cause: error,
    });
  }
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTFOUND") {
    return new Lecture05Error("DOCKER_UNAVAILABLE", {
      what: { en: "No Docker engine is running", ja: "Docker エンジンが動いていません" },
      why: { en: `Connecting to it answered ${code}`, ja: `接続すると ${code} が返りました` },
      next: [
        "lecture05 doctor --fix",
        "sudo apt-get install docker.io",
        { en: "on macOS or Windows: start Docker Desktop", ja: "macOS や Windows では Docker Desktop を起動する" },
      ],
      cause: error,
    });
  }
  const reason = timedOut ? `no answer within ${pingTimeoutMs / 1000} s` : messageOf(error);
  return new Lecture05Error("DOCKER_UNAVAILABLE", {
    what: { en: "The Docker engine does not answer as it should", ja: "Docker エンジンが正しく応答しません" },
    why: { en: reason, ja: timedOut ? `${pingTimeoutMs / 1000} 秒以内に応答がありません` : reason },
    next: ["docker info", "lecture05 doctor"],
    cause: error,
  });
}

/** Docker Desktop keeps containers in a virtual machine: this machine cannot reach their addresses, nor listen on a gateway. */
export async function isDesktop(docker: Docker): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const info = (await docker.info()) as { OperatingSystem?: string };
  return info.OperatingSystem === "Docker Desktop";
}

/** The HTTP status of an answer by the engine, undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number } | undefined)?.statusCode;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Undefined when the engine does not know the object. */
export async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** True when it was done now; false when the engine said that there was nothing to do (304) or nothing there (404). */
export async function unlessDone(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (statusOf(error) === 304 || statusOf(error) === 404) return false;
    throw error;
  }
}

/** Removes a container with its disk, running or not. No error when it is gone, or just going. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await unlessDone(container.remove({ force: true, v: true }));
  } catch (error) {
    // Somebody else is removing it: done when they are.
    if (statusOf(error) !== 409) throw error;
    await unlessMissing(container.wait({ condition: "removed" }));
  }
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
