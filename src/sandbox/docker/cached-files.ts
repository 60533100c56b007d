import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type Docker from "dockerode";
import { extract, pack, type Pack } from "tar-stream";
import { unlessMissing } from "./engine.ts";
import type { CachedKind, HostCache } from "../host-cache.ts";
import { execIn } from "./exec.ts";

/** What a host downloads and builds that the next one needs again. */
interface CachedPart {
  readonly kind: CachedKind;
  /** Directories and files; what is not there is left out. */
  readonly paths: readonly string[];
  /** Prints what is there, a line each; nothing when it is not worth keeping. */
  readonly list: string;
  /** Left out of the archive, by path. */
  readonly leaveOut: RegExp;
}

const parts: readonly CachedPart[] = [
  {
    kind: "packages",
    // With the mark of when the lists were fetched: within the hour the next host need not ask for them again.
    paths: ["/var/cache/apt/archives", "/var/lib/apt/lists", "/var/lib/lecture05/apt-updated"],
    list: "ls /var/cache/apt/archives/*.deb && stat -c %Y /var/lib/lecture05/apt-updated",
    // apt's locks and unfinished downloads.
    leaveOut: /\/(partial(\/|$)|lock$)/,
  },
  {
    kind: "gems",
    paths: ["/var/lib/lecture05/bundle"],
    list: "ls -d /var/lib/lecture05/bundle/ruby/*/specifications/*.gemspec",
    // The downloads that the installed gems were made of.
    leaveOut: /\/bundle\/ruby\/[^/]+\/cache\//,
  },
];

/** Brings what earlier hosts of this image left into a host that has not started yet. Returns what it brought. */
export async function seedHost(cache: HostCache, container: Docker.Container, image: string): Promise<CachedKind[]> {
  const seeded: CachedKind[] = [];
  for (const { kind } of parts) {
    const archive = await cache.find(kind, imageKey(image));
    if (archive === undefined) continue;
    await container.putArchive(createReadStream(archive), { path: "/" });
    seeded.push(kind);
  }
  return seeded;
}

/** Keeps what a host has by now, as far as it is not kept yet. Returns what was. */
export async function keepFromHost(
  cache: HostCache,
  container: Docker.Container,
  image: string,
): Promise<CachedKind[]> {
  const kept: CachedKind[] = [];
  for (const part of parts) {
    const { stdout } = await execIn(container, { argv: ["sh", "-c", `${part.list} 2>/dev/null || true`] }, []);
    if (stdout.length === 0) continue;
    const contents = createHash("sha256").update(stdout).digest("hex").slice(0, 16);
    if (await cache.has(part.kind, imageKey(image), contents)) continue;
    if (await cache.keep(part.kind, imageKey(image), contents, archiveOf(container, part))) kept.push(part.kind);
  }
  return kept;
}

/** Of "lecture05/host:2bde08c0356ced3b" the hash of the recipe. */
const imageKey = (image: string): string => createHash("sha256").update(image).digest("hex").slice(0, 16);

/** Directories and files as one archive whose paths begin at the root; the engine's begin at the directory that it was asked for. */
function archiveOf(container: Docker.Container, { paths, leaveOut }: CachedPart): AsyncIterable<Buffer> {
  const archive = pack();
  const copyAll = async (): Promise<void> => {
    for (const path of paths) {
      const source = await unlessMissing(container.getArchive({ path }));
      if (source) await copyEntries(source, archive, { below: path.slice(1, path.lastIndexOf("/") + 1), leaveOut });
    }
    archive.finalize();
  };
  copyAll().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  // Its types hide that it is one.
  return archive as unknown as AsyncIterable<Buffer>;
}

export async function copyEntries(
  source: NodeJS.ReadableStream,
  target: Pack,
  { below, leaveOut }: { readonly below: string; readonly leaveOut: RegExp },
): Promise<void> {
  const reader = extract();
  source.on("error", (error: Error) => reader.destroy(error));
  source.pipe(reader);
  for await (const entry of reader) {
    const { header } = entry;
    const name = below + header.name;
    if (leaveOut.test(`/${name}`)) {
      entry.resume();
      continue;
    }
    // A hard link names its target from the archive's root; a symbolic one as it stands on the disk.
    const linked = header.type === "link" && header.linkname ? { linkname: below + header.linkname } : {};
    await new Promise<void>((resolve, reject) => {
      const copied = target.entry({ ...header, name, ...linked }, (error) => (error ? reject(error) : resolve()));
      entry.on("error", reject).pipe(copied);
    });
  }
}
