import type Docker from "dockerode";
import type { LocalizedText } from "../../text.ts";
import { importDebootstrap } from "./debootstrap.ts";
import { unlessMissing } from "./engine.ts";
import { debianTag, type MachineFacts } from "./recipe.ts";

/** A registry that says nothing for this long counts as absent: many networks swallow packets to it. */
const firstAnswerMs = 5000;
const stallMs = 60_000;

export interface BaseOptions {
  readonly tag: string;
  readonly machine: MachineFacts;
  readonly onProgress: (message: LocalizedText) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A plain Debian to build on: one that is there, else from a registry, else from the Debian mirror. Returns its name. */
export async function ensureBase(docker: Docker, options: BaseOptions): Promise<string> {
  const official = `debian:${debianTag}`;
  for (const name of [options.tag, official]) {
    if (await unlessMissing(docker.getImage(name).inspect())) return name;
  }
  if (await pullBase(docker, official, options)) return official;
  await importDebootstrap(docker, {
    tag: options.tag,
    mirror: options.machine.mirrors.main,
    architecture: options.machine.architecture,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  return options.tag;
}

/** False when no registry gave the image, for whatever reason: there is another way to get one. */
async function pullBase(docker: Docker, name: string, options: BaseOptions): Promise<boolean> {
  const silence = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
  let timer = setTimeout(() => silence.abort(), firstAnswerMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), stallMs);
  };
  try {
    const answer = await docker.pull(name, { abortSignal: signal });
    // An abort destroys the answer without an event that followProgress would listen to.
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error("The registry went silent")), { once: true }),
    );
    aborted.catch(() => {});
    let first = true;
    const pulled = new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(
        answer,
        (error) => (error ? reject(error) : resolve()),
        () => {
          heard();
          if (first) options.onProgress({ en: `Pulling ${name}`, ja: `${name} を取得しています` });
          first = false;
        },
      ),
    );
    await Promise.race([pulled, aborted]);
    return true;
  } catch {
    options.signal?.throwIfAborted();
    return false;
  } finally {
    clearTimeout(timer);
  }
}
