import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { Lecture05Error } from "../errors.ts";
import { isLeftOut } from "./bundle-rules.ts";

export interface AppBundle {
  /** Names the release: 12 hex digits of the content's hash, the same wherever and whenever it is packed; see `releaseName`. */
  readonly release: string;
  /** Of the archive, to see that what arrived is what was sent. */
  readonly sha256: string;
  /** The archive, tar.gz. */
  readonly base64: string;
  readonly sizeBytes: number;
}

/** It travels inside SSM commands, some 27 KB at a time: more than this is not meant to. */
const maximumBytes = 2 * 1024 * 1024;

interface Entry {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly type: "file" | "symlink";
  readonly executable: boolean;
  readonly content: Buffer;
  readonly linkTarget: string;
}

/** Packs a Rails application. Equal content gives equal bytes: sorted, without times, owners or the umask's marks. */
export async function bundleApp(directory: string): Promise<AppBundle> {
  const root = await realpath(directory).catch(() => undefined);
  const names = root ? await readdir(root).catch(() => undefined) : undefined;
  if (!root || !names) throw notAnApp(directory, "there is no such directory", "そのディレクトリがありません");
  for (const needed of ["Gemfile", "Gemfile.lock", "config.ru"]) {
    if (!names.includes(needed)) throw notAnApp(directory, `${needed} is missing`, `${needed} がありません`);
  }

  const tar = await packTar(await readTree(directory, root));
  const archive = gzipSync(tar, { level: 9 });
  // gzip notes the operating system it ran on.
  archive[9] = 255;
  if (archive.length > maximumBytes) throw tooBig(directory, archive.length);
  return {
    release: releaseName(createHash("sha256").update(tar).digest("hex")),
    sha256: createHash("sha256").update(archive).digest("hex"),
    base64: archive.toString("base64"),
    sizeBytes: archive.length,
  };
}

/** The first twelve digits of a hash with a letter among them: twelve numerals are what a redacted account id looks like. */
export function releaseName(hash: string): string {
  return /(?=[0-9]{0,11}[a-f])[0-9a-f]{12}/.exec(hash)?.[0] ?? hash.slice(0, 12);
}

async function readTree(directory: string, root: string): Promise<Entry[]> {
  try {
    return await collect(root, "", { bytes: 0 });
  } catch (error) {
    if (error instanceof Lecture05Error) throw error;
    // No permission, a name that is not UTF-8, or somebody is at work in there.
    const { message } = error as Error;
    throw notAnApp(directory, message, message);
  }
}

async function collect(root: string, below: string, read: { bytes: number }): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of await readdir(join(root, below))) {
    const path = below ? `${below}/${name}` : name;
    const stat = await lstat(join(root, path));
    if (isLeftOut(path, stat.isDirectory())) continue;
    const entry = { path, executable: false, content: Buffer.alloc(0), linkTarget: "" };
    if (stat.isSymbolicLink()) {
      entries.push({ ...entry, type: "symlink", linkTarget: await targetInside(root, path) });
    } else if (stat.isDirectory()) {
      // Without an entry of its own: git keeps no empty directories, and a clone must make the same release.
      entries.push(...(await collect(root, path, read)));
    } else if (stat.isFile()) {
      read.bytes += stat.size;
      // Seen before it is read: a forgotten video should not fill the memory first.
      if (read.bytes > 32 * maximumBytes) throw tooBig(root, read.bytes);
      const executable = (stat.mode & 0o100) !== 0;
      entries.push({ ...entry, type: "file", executable, content: await readFile(join(root, path)) });
    }
  }
  return entries;
}

/** A link's target, relative; a link that leads out of the application would be broken on the host, or leak a file. */
async function targetInside(root: string, path: string): Promise<string> {
  const target = await readlink(join(root, path));
  const real = await realpath(join(root, path)).catch(() => undefined);
  const inside = real !== undefined && (real === root || real.startsWith(root + sep));
  if (!inside) {
    throw notAnApp(
      root,
      `the link ${path} leads out of it, to ${target}`,
      `リンク ${path} がアプリケーションの外 (${target}) を指しています`,
    );
  }
  return isAbsolute(target) ? relative(dirname(join(root, path)), real) : target;
}

async function packTar(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  // By bytes and not by locale, so that every machine sorts alike.
  for (const entry of [...entries].sort((one, other) => (one.path < other.path ? -1 : 1))) {
    const header = {
      name: entry.path,
      type: entry.type,
      // The umask of this machine must not make another release of it.
      mode: entry.type === "file" && !entry.executable ? 0o644 : 0o755,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
      ...(entry.type === "symlink" ? { linkname: entry.linkTarget } : {}),
    };
    tar.entry(header, entry.content);
  }
  tar.finalize();
  await read;
  return Buffer.concat(chunks);
}

function notAnApp(directory: string, en: string, ja: string): Lecture05Error {
  return new Lecture05Error("USAGE", {
    what: { en: `${directory} cannot be deployed`, ja: `${directory} はデプロイできません` },
    why: { en, ja },
    next: [
      {
        en: 'Name the directory of a Rails application: --app DIR, LECTURE05_APP or "app" in lecture05.config.json',
        ja: 'Rails アプリケーションのディレクトリを指定してください: --app DIR、LECTURE05_APP、lecture05.config.json の "app"',
      },
    ],
  });
}

function tooBig(directory: string, sizeBytes: number): Lecture05Error {
  const size = `${(sizeBytes / 1024 / 1024).toFixed(1)} MB`;
  return new Lecture05Error("USAGE", {
    what: { en: `${directory} is too big to be sent`, ja: `${directory} は大きすぎて転送できません` },
    why: {
      en: `It makes ${size}; the limit is 2 MB, because it travels inside SSM commands`,
      ja: `${size} あります。SSM のコマンドで送るため、上限は 2 MB です`,
    },
    next: [
      {
        en: "Take files out that the application does not need to run",
        ja: "実行に必要のないファイルを取り除いてください",
      },
    ],
  });
}
