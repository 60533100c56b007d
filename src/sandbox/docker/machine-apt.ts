import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { childEnvironment } from "../../records/child-environment.ts";

/** Where hosts get their packages: the mirrors that this machine's own apt uses, so that what works here works there. */
export interface AptMirrors {
  readonly main: string;
  readonly security: string | undefined;
}

export const defaultMirrors: AptMirrors = {
  main: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
};

const debianSuite =
  /^(stable|oldstable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)(-updates|-backports)?$/;
const securitySuite = /^[a-z]+-security$|\/updates$/;

interface Source {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** Finds Debian's mirrors among apt's source files; other distributions and vendors are passed over. */
export function findMirrors(files: readonly { name: string; text: string }[]): AptMirrors {
  const sources = files.flatMap(({ name, text }) => (name.endsWith(".sources") ? parseDeb822(text) : parseList(text)));
  const usable = sources.filter(({ components }) => components.includes("main"));
  const main = usable.find(({ suites, uris }) => suites.some((suite) => debianSuite.test(suite)) && httpUri(uris));
  if (!main) return defaultMirrors;
  const security = usable.find(
    ({ suites, uris }) => suites.some((suite) => securitySuite.test(suite)) && httpUri(uris),
  );
  return { main: httpUri(main.uris) ?? defaultMirrors.main, security: security && httpUri(security.uris) };
}

function httpUri(uris: readonly string[]): string | undefined {
  // file:, cdrom: and mirror+file: mean nothing inside a container.
  return uris.find((uri) => /^https?:\/\//.test(uri))?.replace(/\/+$/, "");
}

function parseList(text: string): Source[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    return match ? [{ uris: [match[1] ?? ""], suites: [match[2] ?? ""], components: words(match[3]) }] : [];
  });
}

function parseDeb822(text: string): Source[] {
  const stanzas = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const field = (name: string): string[] =>
      words(new RegExp(`^${name}:((?:[^\\n]|\\n[ \\t])*)`, "im").exec(stanza)?.[1]);
    if (!field("Types").includes("deb") || field("Enabled").includes("no")) return [];
    return [{ uris: field("URIs"), suites: field("Suites"), components: field("Components") }];
  });
}

function words(text: string | undefined): string[] {
  return text?.trim().split(/\s+/).filter(Boolean) ?? [];
}

/** Reads this machine's apt configuration; a machine without apt gets Debian's own mirror. */
export async function machineMirrors(root = "/etc/apt"): Promise<AptMirrors> {
  const directory = join(root, "sources.list.d");
  const names = await readdir(directory).catch(() => [] as string[]);
  const paths = [
    join(root, "sources.list"),
    ...names
      .filter((name) => /\.(list|sources)$/.test(name))
      .sort()
      .map((name) => join(directory, name)),
  ];
  const files = await Promise.all(
    paths.map(async (path) => ({ name: path, text: await readFile(path, "utf8").catch(() => "") })),
  );
  return findMirrors(files);
}

/** Settings of this machine's apt without which its mirror cannot be used: proxies, and leave to use a frozen mirror. */
export async function machineAptSettings(): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)("apt-config", ["dump"], {
      env: childEnvironment(process.env),
    });
    return stdout
      .split("\n")
      .filter((line) => /^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy) "[^"]+";$/.test(line));
  } catch {
    return [];
  }
}
