import { nginxConfiguration } from "../remote/nginx-configuration.ts";
import { standInSocketPath } from "../remote/paths.ts";
import type { HostFacts } from "./host-facts.ts";

/** One file of Nginx's configuration, its lines without comments and indentation. */
export interface NginxFile {
  readonly path: string;
  readonly lines: readonly string[];
}

export function nginxFiles(facts: HostFacts): NginxFile[] {
  const files: { path: string; lines: string[] }[] = [];
  for (const line of facts.lines("nginx.files")) {
    const [, path] = /^# configuration file (.+):$/.exec(line) ?? [];
    if (path) files.push({ path, lines: [] });
    else if (!line.trim().startsWith("#")) files.at(-1)?.lines.push(line.trim());
  }
  return files;
}

export const ourSite = (facts: HostFacts): NginxFile | undefined =>
  nginxFiles(facts).find(({ path }) => path === "/etc/nginx/sites-enabled/lecture05");

/** The first argument of a directive in our site: "10m" of client_max_body_size. */
export function directive(facts: HostFacts, name: string): string | undefined {
  const line = ourSite(facts)?.lines.find((candidate) => candidate.startsWith(`${name} `));
  return line?.slice(name.length).trim().replace(/;$/, "");
}

/** Where our site looks for Puma: the socket's path. */
export const upstreamOf = (facts: HostFacts): string | undefined =>
  ourSite(facts)
    ?.lines.find((line) => /^server (unix:|\d|localhost)/.test(line))
    ?.replace(/^server (?:unix:)?(\S+?);?( .*)?$/, "$1");

/** Lines that the tool did not write (+) and lines that are missing (-). */
export function siteChanges(facts: HostFacts): string[] {
  const site = ourSite(facts);
  if (!site) return [];
  // From the first deploy to a single host on it names the stand-in, too.
  const knowsStandIn = site.lines.some((line) => line.includes(standInSocketPath));
  const written = nginxConfiguration(knowsStandIn ? { standInSocket: standInSocketPath } : {})
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  return [
    ...site.lines.filter((line) => !written.includes(line)).map((line) => `+ ${line}`),
    ...written.filter((line) => !site.lines.includes(line)).map((line) => `- ${line}`),
  ];
}

/** "10m" as Nginx reads it, in bytes; 0 means that it does not look. */
export function sizeBytes(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)([kKmMgG]?)$/.exec(text) ?? [];
  if (number === "0") return Infinity;
  const factor = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  return Number(number) * factor;
}

/** "75s", "1m" as Nginx reads it, in seconds; of several arguments the first counts. */
export function seconds(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)(ms|[smh]?)/.exec(text) ?? [];
  const factor = { ms: 0.001, m: 60, h: 3600 }[unit] ?? 1;
  return Number(number) * factor;
}
