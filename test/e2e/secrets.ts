import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { environmentSecrets } from "../faults/secrets/planted.ts";
import { containerOf } from "../support/stack.ts";
import type { InstalledPackage } from "../support/installed-package.ts";
import { ProcessWatch, secretsBelow, secretsIn, type Hit, type Planted } from "../support/secret-scan.ts";

const keyOfHost = "key that signs cookies";
/** Where a host keeps what it logs, what it was sent and what it works on. The key's own file is not among them. */
const searchedOnHost = ["/var/log", "/var/lib/lecture05", "/var/lib/amazon", "/opt/lecture05", "/run", "/tmp", "/root"];

/** Searches all that the tool wrote since it was installed, and what runs now, for secrets that are really in use. */
export async function searchForSecrets(tool: InstalledPackage, instanceId: string): Promise<Hit[]> {
  const container = containerOf(tool, instanceId);
  // Read past the tool: what it prints is what is searched.
  const key = docker(["exec", container, "sed", "-n", "s/^SECRET_KEY_BASE=//p", "/etc/lecture05/env.d/00-secret.env"]);
  const { root } = JSON.parse(readFileSync(join(tool.sandboxHome, "iam.json"), "utf8")) as {
    root: { secretAccessKey: string };
  };
  await tool.ok("sandbox", "certificate");
  const { authority, certificates } = JSON.parse(readFileSync(join(tool.sandboxHome, "acm.json"), "utf8")) as {
    authority: { privateKey: string };
    certificates: Readonly<Record<string, { privateKey?: string }>>;
  };
  const planted: Planted = {
    ...environmentSecrets,
    "key of the authority": lineOf(authority.privateKey),
    "key of a certificate": lineOf(Object.values(certificates)[0]?.privateKey),
    [keyOfHost]: key.toString().trim(),
    "root key": root.secretAccessKey,
    "appliance secret": readFileSync(join(tool.sandboxHome, "appliance-secret"), "utf8"),
  };
  for (const [name, value] of Object.entries(planted)) {
    if (value.length < 16) throw new Error(`${name} is no secret to search for: "${value}"`);
  }
  const home = relative(tool.root, tool.sandboxHome);
  // The sandbox's own store of keys, and what the metadata service knows its appliance by.
  const stores: Readonly<Record<string, readonly string[]>> = {
    [`${home}/iam.json`]: ["root key"],
    [`${home}/appliance-secret`]: ["appliance secret"],
    [`${home}/acm.json`]: ["key of the authority", "key of a certificate"],
  };
  return [
    ...tool.streams
      // Printing the root key is what it is for.
      .filter(({ command }) => !command.startsWith("sandbox env"))
      .flatMap(({ command, text }) => secretsIn(text, `lecture05 ${command}`, planted)),
    ...secretsBelow(tool.root, planted).filter(({ place, secret }) => !stores[place]?.includes(secret)),
    ...onHost(container, planted),
    ...(await inProcesses(tool, planted)),
  ];
}

/** The second line of a key in PEM; the first is much the same in all of them. */
const lineOf = (pem = ""): string => pem.split("\n")[2] ?? "";

function onHost(container: string, planted: Planted): Hit[] {
  const journal = docker(["exec", container, "journalctl", "--no-pager", "-o", "cat"]);
  // By standard input, so that the search itself shows nobody what it looks for. Nothing found is grep's 1.
  const patterns = Object.values(planted).join("\n");
  const files = docker(
    ["exec", "-i", container, "grep", "-rlFsf", "-", ...searchedOnHost],
    patterns,
    [0, 1, 2],
  ).toString();
  return [
    ...secretsIn(journal, "journal of the host", planted),
    ...files
      .split("\n")
      .filter(Boolean)
      .map((place) => ({ secret: "one of them", spelling: "plain", place })),
  ];
}

/** Daemon, appliance, load balancer, the host's services and a command of ours under way. */
async function inProcesses(tool: InstalledPackage, planted: Planted): Promise<Hit[]> {
  const watch = new ProcessWatch(
    planted,
    (commandLine, inContainer) => {
      if (commandLine.includes("lecture05.js")) return Object.keys(environmentSecrets);
      // Puma, and the programs that ship its logs, get it from systemd.
      return inContainer ? [keyOfHost] : [];
    },
    50,
  );
  await tool.cli("verify", "s3", "--debug");
  const { hits, processes } = watch.stop();
  if (processes < 5) throw new Error(`only ${processes} processes were looked at`);
  return hits;
}

function docker(args: readonly string[], input = "", accepted: readonly number[] = [0]): Buffer {
  const { status, stdout, stderr, error } = spawnSync("docker", args, { input, maxBuffer: 512 * 1024 * 1024 });
  if (error) throw error;
  if (!accepted.includes(status ?? -1))
    throw new Error(`docker ${args.join(" ")} ended with ${status}: ${stderr.toString()}`);
  return stdout;
}
