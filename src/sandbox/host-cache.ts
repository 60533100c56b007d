import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { makeDirectory } from "../make-directory.ts";

export interface HostCacheLimits {
  /** Above this an archive is not kept: it has collected what nobody needs any more, and the next host starts afresh. */
  readonly archiveBytes: number;
  /** Of all archives together. The ones that were used longest ago go first. */
  readonly totalBytes: number;
}

const usualLimits: HostCacheLimits = { archiveBytes: 768 * 1024 * 1024, totalBytes: 2 * 1024 * 1024 * 1024 };

/** Everything about an archive is in its name, so it appears whole or not at all and tells by itself whether it is sound. */
const namePattern = /^(packages|gems)-([0-9a-f]+)-([0-9a-f]{16})-([0-9a-f]{64})\.tar$/;

export type CachedKind = "packages" | "gems";

/** An archive, named after the image it belongs to, what is in it, and its SHA-256. */
interface Archive {
  readonly file: string;
  readonly kind: string;
  readonly image: string;
  readonly contents: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Where downloaded packages and built gems wait for the next host: $LECTURE05_SANDBOX_CACHE, else below the user's cache
 * directory; `off` for none. Several sandboxes share it.
 */
export function hostCacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  if (env.LECTURE05_SANDBOX_CACHE === "off") return undefined;
  if (env.LECTURE05_SANDBOX_CACHE) return resolve(env.LECTURE05_SANDBOX_CACHE);
  const cache = env.XDG_CACHE_HOME ? resolve(env.XDG_CACHE_HOME) : join(env.HOME || homedir(), ".cache");
  return join(cache, "lecture05", "hosts");
}

/** Archives on this machine. Nothing depends on them: what is missing or damaged is downloaded and built again. */
export class HostCache {
  constructor(
    private readonly directory: string,
    private readonly limits = usualLimits,
  ) {}

  /** The newest sound archive for an image; a damaged one is removed. */
  async find(kind: CachedKind, image: string): Promise<string | undefined> {
    const archives = (await this.list()).filter((archive) => archive.kind === kind && archive.image === image);
    for (const { file, sha256 } of archives.toSorted((a, b) => b.usedAt - a.usedAt)) {
      if ((await hashOf(file)) === sha256) {
        const now = new Date();
        await utimes(file, now, now).catch(() => {});
        return file;
      }
      await rm(file, { force: true });
    }
    return undefined;
  }

  /** Whether an archive of just these contents is there. */
  async has(kind: CachedKind, image: string, contents: string): Promise<boolean> {
    return (await this.list()).some(
      (archive) => archive.kind === kind && archive.image === image && archive.contents === contents,
    );
  }

  /** Keeps a stream in place of what was kept of this kind for this image. False when it is too big. */
  async keep(kind: CachedKind, image: string, contents: string, content: AsyncIterable<Buffer>): Promise<boolean> {
    makeDirectory(this.directory);
    const { archiveBytes } = this.limits;
    const part = join(this.directory, `.part-${process.pid}-${randomUUID()}`);
    try {
      const hash = createHash("sha256");
      let bytes = 0;
      await pipeline(
        content,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            bytes += chunk.length;
            if (bytes > archiveBytes) throw new TooBigError();
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(part, { mode: 0o600 }),
      );
      const file = join(this.directory, `${kind}-${image}-${contents}-${hash.digest("hex")}.tar`);
      await rename(part, file);
      await this.prune(file);
      return true;
    } catch (error) {
      if (!(error instanceof TooBigError)) throw error;
      await this.forget(kind, image);
      return false;
    } finally {
      await rm(part, { force: true });
    }
  }

  /** Removes all archives, and nothing else that may lie beside them. Returns how many bytes that frees. */
  async clear(): Promise<number> {
    const archives = await this.list();
    await Promise.all(archives.map(({ file }) => rm(file, { force: true })));
    return archives.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async sizeBytes(): Promise<number> {
    return (await this.list()).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private async forget(kind: CachedKind, image: string): Promise<void> {
    for (const archive of await this.list()) {
      if (archive.kind === kind && archive.image === image) await rm(archive.file, { force: true });
    }
  }

  /** After a new archive: its predecessors go, then the least used until the rest fits. */
  private async prune(newest: string): Promise<void> {
    const archives = await this.list();
    const added = archives.find(({ file }) => file === newest);
    let total = 0;
    for (const archive of archives.toSorted((a, b) => b.usedAt - a.usedAt)) {
      const replaced = archive !== added && archive.kind === added?.kind && archive.image === added.image;
      if (!replaced) total += archive.bytes;
      if (archive !== added && (replaced || total > this.limits.totalBytes)) await rm(archive.file, { force: true });
    }
  }

  private async list(): Promise<Archive[]> {
    const names = await readdir(this.directory).catch(() => []);
    const found = names.map(async (name): Promise<Archive | undefined> => {
      const [, kind = "", image = "", contents = "", sha256 = ""] = namePattern.exec(name) ?? [];
      const file = join(this.directory, name);
      const facts = sha256 === "" ? undefined : await stat(file).catch(() => undefined);
      return facts && { file, kind, image, contents, sha256, bytes: facts.size, usedAt: facts.mtimeMs };
    });
    return (await Promise.all(found)).filter((archive) => archive !== undefined);
  }
}

class TooBigError extends Error {
  override readonly name = "TooBigError";
}

async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}
